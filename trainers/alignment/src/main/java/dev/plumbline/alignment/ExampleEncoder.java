/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import dev.plumbline.alignment.objectives.CompletionOrigin;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.TokenRow;
import dev.plumbline.lm.text.CompletionEncoder;
import dev.plumbline.lm.text.PromptCompletions;
import dev.plumbline.lm.text.SpecialText;
import dev.plumbline.lm.text.TokenizedText;
import dev.plumbline.lm.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Turns a prompt and its completions into token rows, for every kind of example.
 *
 * <p>Prompt and completion are encoded together and parted where TRL parts them ({@link
 * CompletionEncoder}): framed as the tokenizer's post-processor says, the end-of-sequence id after
 * each completion. Where the prompt with the longest completion exceeds {@code maxLength}, the
 * prompt is cut to {@code maxPromptLength} tokens (a start-of-text id and the prompt's end are
 * kept) and, if that is not enough, each completion to the tokens that still fit after it. All
 * completions always follow the same prompt tokens. The rule is that of the DPO authors' code with
 * {@code keep_end}.
 */
public final class ExampleEncoder {
  private final CompletionEncoder texts;
  private final int maxLength;
  private final int maxPromptLength;
  private final int promptLevels;

  /**
   * @param maxLength longest prompt with completion, in tokens
   * @param maxPromptLength what a prompt is cut to when cutting is needed
   */
  public ExampleEncoder(Tokenizer tokenizer, int maxLength, int maxPromptLength) {
    this(tokenizer, maxLength, maxPromptLength, 1);
  }

  /**
   * @param promptLevels levels of soft prompts that the policy has, level 0 among them; 1: none,
   *     and what rollouts say of prompts is passed over
   */
  ExampleEncoder(Tokenizer tokenizer, int maxLength, int maxPromptLength, int promptLevels) {
    if (maxPromptLength < 1 || maxPromptLength >= maxLength) {
      throw new IllegalArgumentException(
          "max_prompt_length must be at least 1 and less than max_length, but they were %d and %d"
              .formatted(maxPromptLength, maxLength));
    }
    this.texts = new CompletionEncoder(tokenizer, SpecialText.LITERAL);
    this.maxLength = maxLength;
    this.maxPromptLength = maxPromptLength;
    this.promptLevels = promptLevels;
  }

  /** An encoder for a model: {@code maxLength}, or the model's longest row if that is less. */
  public static ExampleEncoder of(CausalLanguageModel model, int maxLength) {
    int length = Math.min(maxLength, model.config().maxPositions());
    return new ExampleEncoder(model.tokenizer(), length, length / 2);
  }

  /** An encoder for what a recipe makes of a model. Virtual tokens of a prompt need places too. */
  static ExampleEncoder of(CausalLanguageModel model, Recipe recipe) {
    int levels = recipe.promptLevels();
    int places = model.config().maxPositions() - (levels == 1 ? 0 : recipe.promptVectors());
    int length = Math.min(recipe.maxLength(), places);
    return new ExampleEncoder(model.tokenizer(), length, length / 2, levels);
  }

  /** Encodes a pair of plain texts; see {@link EncodedPair} for belief, tie and weight. */
  public EncodedPair pair(
      String prompt, String a, String b, double belief, double tieProb, double weight) {
    return pair(prompt, MarkedText.of(a), MarkedText.of(b), belief, tieProb, weight);
  }

  /** Encodes a pair; see {@link EncodedPair} for belief, tie and weight. */
  public EncodedPair pair(
      String prompt, MarkedText a, MarkedText b, double belief, double tieProb, double weight) {
    List<EncodedCompletion> encoded = completions(prompt, List.of(a, b));
    return new EncodedPair(encoded.getFirst(), encoded.getLast(), belief, tieProb, weight);
  }

  /** Encodes a completion judged alone; see {@link EncodedUnpaired} for belief and weight. */
  public EncodedUnpaired unpaired(
      String prompt, MarkedText completion, double belief, double weight) {
    return new EncodedUnpaired(completions(prompt, List.of(completion)).getFirst(), belief, weight);
  }

  /** Encodes a ranking; see {@link EncodedRanking} for tiers and weight. */
  public EncodedRanking ranking(
      String prompt, List<MarkedText> bestFirst, List<Integer> tierSizes, double weight) {
    return new EncodedRanking(completions(prompt, bestFirst), tierSizes, weight);
  }

  /**
   * Encodes rollouts: the prompt as a sampler reads it, the completions in the tokens that were
   * sampled. What doesn't fit is cut by the same rule; a sampler that saw more of the prompt had
   * other probabilities, which the objective's clip range bounds.
   *
   * @param sampled at least 1
   * @param weight what the group counts for; at least 0
   */
  public EncodedRolloutGroup rollouts(String prompt, List<SampledTokens> sampled, double weight) {
    int[] promptIds = texts.tokenizer().encodePrompt(prompt);
    int longest = sampled.stream().mapToInt(one -> one.ids().length).max().orElse(0);
    boolean cut = promptIds.length + longest > maxLength;
    int[] kept = cut ? keepEnd(promptIds, maxPromptLength) : promptIds;
    int room = cut ? maxLength - kept.length : longest;
    return new EncodedRolloutGroup(
        sampled.stream()
            .map(
                one -> {
                  int[] ids = keepStart(one.ids(), room);
                  TokenRow row = TokenRow.of(kept, ids);
                  int[] levels = keepStart(one.promptLevels(), ids.length);
                  double[] prefixes = one.attributeLogProbs();
                  return new EncodedRollout(
                      EncodedCompletion.of(promptLevels == 1 ? row : row.under(levels))
                          .from(CompletionOrigin.POLICY),
                      Arrays.copyOf(one.logProbs(), ids.length),
                      one.reward(),
                      Arrays.copyOf(prefixes, Math.min(prefixes.length, ids.length + 1)),
                      new double[0]);
                })
            .toList(),
        weight);
  }

  private List<EncodedCompletion> completions(String prompt, List<MarkedText> completions) {
    PromptCompletions encoded =
        texts.encode(prompt, completions.stream().map(MarkedText::text).toList());
    int[] promptIds =
        encoded.promptIds().length == 0
            ? new int[] {texts.tokenizer().bosTokenId()}
            : encoded.promptIds();
    int longest = encoded.completionIds().stream().mapToInt(ids -> ids.length).max().orElseThrow();
    boolean cut = promptIds.length + longest > maxLength;
    int[] kept = cut ? keepEnd(promptIds, maxPromptLength) : promptIds;
    int room = cut ? maxLength - kept.length : longest;
    List<EncodedCompletion> cutToFit = new ArrayList<>(completions.size());
    for (int i = 0; i < completions.size(); i++) {
      int[] ids = keepStart(encoded.completionIds().get(i), room);
      EncodedCompletion completion = EncodedCompletion.of(TokenRow.of(kept, ids));
      MarkedText text = completions.get(i);
      cutToFit.add(
          text.marks().isEmpty()
              ? completion
              : completion.weighted(weights(prompt, text, encoded.promptIds().length, ids.length)));
    }
    return cutToFit;
  }

  /** What the completion's tokens count, which stand behind the prompt's in the whole row. */
  private double[] weights(String prompt, MarkedText completion, int promptTokens, int tokens) {
    TokenizedText row = texts.tokenizer().encodeEndedWithPlaces(prompt + completion.text());
    List<SpanWeight> marks =
        completion.marks().stream().map(mark -> mark.shifted(prompt.length())).toList();
    return Arrays.copyOfRange(SpanWeight.perToken(row, marks), promptTokens, promptTokens + tokens);
  }

  private int[] keepEnd(int[] ids, int length) {
    if (ids.length <= length) {
      return ids;
    }
    int[] kept = Arrays.copyOfRange(ids, ids.length - length, ids.length);
    if (texts.tokenizer().beginsFramed(ids)) {
      kept[0] = ids[0];
    }
    return kept;
  }

  private static int[] keepStart(int[] ids, int length) {
    return ids.length <= length ? ids : Arrays.copyOf(ids, length);
  }
}
