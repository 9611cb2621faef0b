/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.training;

import dev.plumbline.alignment.EncodedCompletion;
import dev.plumbline.alignment.EncodedExample;
import dev.plumbline.alignment.EncodedPair;
import dev.plumbline.alignment.EncodedRanking;
import dev.plumbline.alignment.EncodedUnpaired;
import dev.plumbline.datasets.Content;
import dev.plumbline.datasets.Message;
import dev.plumbline.datasets.Row;
import dev.plumbline.datasets.Row.Pair;
import dev.plumbline.datasets.Row.Ranked;
import dev.plumbline.datasets.Row.Ranking;
import dev.plumbline.datasets.Row.Unpaired;
import dev.plumbline.lm.TokenRow;
import dev.plumbline.lm.chat.ChatEncoder;
import dev.plumbline.lm.chat.ChatRequest;
import dev.plumbline.lm.chat.ChatTemplateException;
import dev.plumbline.lm.text.CompletionEncoder;
import dev.plumbline.lm.text.PromptCompletion;
import dev.plumbline.lm.text.PromptCompletions;
import dev.plumbline.lm.text.SpecialText;
import dev.plumbline.lm.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Turns rows into token ids as TRL's trainers do: texts with the end-of-sequence text behind
 * completions, conversations through the chat template, both cut by the same rule.
 *
 * <p>A row any part of which is a message list is a conversation. Text that spells a special token
 * is that token, as transformers reads it.
 */
final class RowEncoder {
  private final Tokenizer tokenizer;
  private final @Nullable ChatEncoder chat;
  private final Truncation truncation;

  /**
   * @param chat null where the model has no chat template
   */
  RowEncoder(Tokenizer tokenizer, @Nullable ChatEncoder chat, Truncation truncation) {
    this.tokenizer = tokenizer;
    this.chat = chat;
    this.truncation = truncation;
  }

  /**
   * Encodes a pair, an unpaired example or a ranking; empty where cutting leaves nothing to learn.
   *
   * @param row as {@link RowKind#from} gives it
   * @throws BadRowException when the row can't be encoded
   */
  Optional<EncodedExample> encode(Row row) {
    try {
      Judgement judgement = Judgement.of(row.extras());
      return switch (row) {
        case Pair pair -> pair(pair, judgement);
        case Unpaired unpaired -> unpaired(unpaired, judgement);
        case Ranking ranking -> ranking(ranking, judgement);
        case Row.PromptOnly prompt -> throw unexpected(row);
        case Row.Steps steps -> throw unexpected(row);
        case Row.Votes votes -> throw unexpected(row);
      };
    } catch (ChatTemplateException | IllegalArgumentException e) {
      throw new BadRowException(e.getMessage());
    }
  }

  private Optional<EncodedExample> pair(Pair pair, Judgement judgement) {
    if (pair.prompt() == null) {
      throw unexpected(pair);
    }
    return completions(pair, pair.prompt(), List.of(pair.chosen(), pair.rejected()))
        .map(
            both ->
                new EncodedPair(
                    both.getFirst(),
                    both.getLast(),
                    judgement.belief(),
                    judgement.tieProb(),
                    judgement.weight()));
  }

  private Optional<EncodedExample> unpaired(Unpaired row, Judgement judgement) {
    requireNoTie(row, judgement);
    double desirable = row.label() ? judgement.belief() : 1 - judgement.belief();
    return completions(row, row.prompt(), List.of(row.completion()))
        .map(one -> new EncodedUnpaired(one.getFirst(), desirable, judgement.weight()));
  }

  private Optional<EncodedExample> ranking(Ranking ranking, Judgement judgement) {
    requireNoTie(ranking, judgement);
    if (judgement.belief() != 1) {
      throw new BadRowException(
          "belief: a ranking takes none, but it was %s; hint: weight says how far to trust it"
              .formatted(judgement.belief()));
    }
    List<Ranked> bestFirst =
        ranking.completions().stream().sorted(Comparator.comparingInt(Ranked::rank)).toList();
    List<Integer> tiers = new ArrayList<>();
    for (int i = 0; i < bestFirst.size(); i++) {
      if (i > 0 && bestFirst.get(i).rank() == bestFirst.get(i - 1).rank()) {
        tiers.add(tiers.removeLast() + 1);
      } else {
        tiers.add(1);
      }
    }
    return completions(
            ranking, ranking.prompt(), bestFirst.stream().map(Ranked::completion).toList())
        .map(all -> new EncodedRanking(all, tiers, judgement.weight()));
  }

  private static void requireNoTie(Row row, Judgement judgement) {
    if (judgement.tieProb() != 0) {
      throw new BadRowException(
          "tie_prob: only pairs take it, but %s has %s".formatted(row.kind(), judgement.tieProb()));
    }
  }

  private Optional<List<EncodedCompletion>> completions(
      Row row, Content prompt, List<Content> completions) {
    boolean texts =
        prompt instanceof Content.Text
            && completions.stream().allMatch(one -> one instanceof Content.Text);
    PromptCompletions encoded =
        texts ? ofTexts(row, prompt, completions) : ofMessages(row, prompt, completions);
    int[] start =
        encoded.promptIds().length == 0 ? new int[] {tokenizer.bosTokenId()} : encoded.promptIds();
    return truncation
        .of(new PromptCompletions(start, encoded.completionIds(), encoded.unsharedPromptIds()))
        .flatMap(RowEncoder::rows);
  }

  private PromptCompletions ofTexts(Row row, Content prompt, List<Content> completions) {
    if (row.extras().tools() != null) {
      throw new BadRowException(
          "tools: only a chat template shows them, but prompt and completions are texts; hint: plumbline convert --content messages");
    }
    return new CompletionEncoder(tokenizer, SpecialText.TOKENS)
        .encode(text(prompt), completions.stream().map(RowEncoder::text).toList());
  }

  private static String text(Content content) {
    return switch (content) {
      case Content.Text text -> text.text();
      case Content.Messages messages -> throw new IllegalStateException("a list of messages");
    };
  }

  private PromptCompletions ofMessages(Row row, Content prompt, List<Content> completions) {
    if (chat == null) {
      throw new BadRowException(
          "prompt: is a conversation, but the model has no chat template; hint: chat_template_path names one, plumbline convert --content texts makes texts");
    }
    List<Map<String, @Nullable Object>> messages = fields(prompt.messages("user"));
    if (messages.isEmpty()) {
      throw new BadRowException("prompt: has no message; hint: give the row a prompt of its own");
    }
    return chat.encode(
        new ChatRequest(messages, tools(row), true, Map.of()),
        completions.stream().map(one -> fields(one.messages("assistant"))).toList());
  }

  private static List<Map<String, @Nullable Object>> fields(List<Message> messages) {
    return messages.stream()
        .<Map<String, @Nullable Object>>map(message -> message.fields())
        .toList();
  }

  private static @Nullable List<Map<String, @Nullable Object>> tools(Row row) {
    List<Object> tools = row.extras().tools();
    if (tools == null) {
      return null;
    }
    List<Map<String, @Nullable Object>> schemas = new ArrayList<>();
    for (Object tool : tools) {
      if (!(tool instanceof Map<?, ?> schema)) {
        throw new BadRowException("tools: must be JSON schemas, but one was " + tool);
      }
      Map<String, @Nullable Object> fields = new LinkedHashMap<>();
      schema.forEach((name, value) -> fields.put(String.valueOf(name), value));
      schemas.add(fields);
    }
    return schemas;
  }

  /** Empty where some completion has no token that another one predicts. */
  private static Optional<List<EncodedCompletion>> rows(List<PromptCompletion> completions) {
    List<EncodedCompletion> rows = new ArrayList<>();
    for (PromptCompletion one : completions) {
      int[] prompt = one.promptIds();
      int[] completion = one.completionIds();
      if (prompt.length == 0 && completion.length > 0) {
        prompt = Arrays.copyOf(completion, 1);
        completion = Arrays.copyOfRange(completion, 1, completion.length);
      }
      if (completion.length == 0) {
        return Optional.empty();
      }
      rows.add(EncodedCompletion.of(TokenRow.of(prompt, completion)));
    }
    return Optional.of(rows);
  }

  private static IllegalStateException unexpected(Row row) {
    return new IllegalStateException(row.kind() + " is no example");
  }
}
