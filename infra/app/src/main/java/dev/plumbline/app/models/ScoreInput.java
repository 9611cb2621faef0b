/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.models;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.plumbline.lm.TokenRow;
import dev.plumbline.lm.chat.ChatRequest;
import dev.plumbline.lm.chat.ChatTemplateException;
import dev.plumbline.lm.text.CompletionEncoder;
import dev.plumbline.lm.text.PromptCompletions;
import dev.plumbline.lm.text.SpecialText;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One line of a file to score: token ids, a prompt with its completion, a text, or a conversation.
 *
 * @param source file and line, for messages
 * @param content what the line holds
 */
record ScoreInput(String source, Content content) {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** What is scored. */
  sealed interface Content {}

  /** Token ids as they are. */
  record Tokens(TokenRow row) implements Content {}

  /** A completion after its prompt, with the end-of-sequence token behind it. */
  record Completion(String prompt, String completion) implements Content {}

  /** A text from its second token on. */
  record Whole(String text) implements Content {}

  /** A conversation: the assistant's last message, or all of it when it ends with another. */
  record Chat(ChatRequest conversation) implements Content {}

  /**
   * Reads a JSON Lines file; empty lines are skipped.
   *
   * @throws InputException naming file and line
   */
  static List<ScoreInput> read(Path file) {
    List<ScoreInput> inputs = new ArrayList<>();
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (!line.isBlank()) {
          inputs.add(parse(file + ":" + number, line));
        }
      }
    } catch (IOException e) {
      throw new InputException(file.toString(), ChatFile.unreadable(file, e));
    }
    if (inputs.isEmpty()) {
      throw new InputException(file.toString(), "holds no row");
    }
    return inputs;
  }

  private static ScoreInput parse(String source, String line) {
    JsonNode json;
    try {
      json = JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new InputException(source, "not valid JSON: " + e.getOriginalMessage());
    }
    if (json.has("ids")) {
      return new ScoreInput(source, tokens(source, json));
    }
    if (json.path("prompt").isTextual() && json.path("completion").isTextual()) {
      return new ScoreInput(
          source,
          new Completion(json.get("prompt").textValue(), json.get("completion").textValue()));
    }
    if (json.path("text").isTextual()) {
      return new ScoreInput(source, new Whole(json.get("text").textValue()));
    }
    if (json.has("messages")) {
      return new ScoreInput(source, new Chat(ChatFile.request(source, json)));
    }
    throw new InputException(
        source,
        "a row must have ids, or prompt and completion, or text, or messages, but was "
            + brief(line));
  }

  private static Tokens tokens(String source, JsonNode json) {
    JsonNode start = json.path("completion_start");
    if (!start.isMissingNode() && !start.canConvertToExactIntegral()) {
      throw new InputException(source, "completion_start must be a number, but was " + start);
    }
    List<Integer> ids = new ArrayList<>();
    for (JsonNode id : json.get("ids")) {
      if (!id.isIntegralNumber() || !id.canConvertToInt()) {
        throw new InputException(source, "ids must be whole numbers, but one was " + id);
      }
      ids.add(id.intValue());
    }
    try {
      return new Tokens(
          new TokenRow(ids.stream().mapToInt(Integer::intValue).toArray(), start.asInt(1)));
    } catch (IllegalArgumentException e) {
      throw new InputException(source, e.getMessage());
    }
  }

  /**
   * The row to score.
   *
   * @throws InputException when nothing can be scored in it
   */
  TokenRow encode(OpenModel opened) {
    try {
      return switch (content) {
        case Tokens tokens -> tokens.row();
        case Completion pair ->
            row(
                opened,
                new CompletionEncoder(opened.model().tokenizer(), SpecialText.TOKENS)
                    .encode(pair.prompt(), List.of(pair.completion())));
        case Whole whole -> new TokenRow(opened.encode(whole.text()), 1);
        case Chat chat -> row(opened, chat.conversation());
      };
    } catch (IllegalArgumentException | ChatTemplateException e) {
      throw new InputException(source, e.getMessage());
    }
  }

  private static TokenRow row(OpenModel opened, ChatRequest conversation) {
    var messages = conversation.messages();
    int last = messages.size() - 1;
    if (last == 0 || !"assistant".equals(messages.get(last).get("role"))) {
      return new TokenRow(opened.chat().ids(conversation), 1);
    }
    var prompt =
        new ChatRequest(
            messages.subList(0, last), conversation.tools(), true, conversation.variables());
    return row(opened, opened.chat().encode(prompt, List.of(messages.subList(last, last + 1))));
  }

  private static TokenRow row(OpenModel opened, PromptCompletions encoded) {
    int[] prompt = encoded.promptIds();
    return TokenRow.of(
        prompt.length == 0 ? new int[] {opened.model().tokenizer().bosTokenId()} : prompt,
        encoded.completionIds().getFirst());
  }

  /** Whether the row came as text, whose tokens are worth showing. */
  boolean isText() {
    return !(content instanceof Tokens);
  }

  private static String brief(String line) {
    return line.length() <= 200 ? line : line.substring(0, 200) + "...";
  }
}
