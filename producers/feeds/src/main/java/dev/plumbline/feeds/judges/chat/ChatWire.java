/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges.chat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Objects;

/** The wire format of {@code POST /chat/completions}: one user message, one choice. */
final class ChatWire {
  private static final JsonMapper JSON = new JsonMapper();

  private ChatWire() {}

  /**
   * A successful response's content.
   *
   * @param reply the answer
   * @param promptTokens tokens read, 0 where not told
   * @param completionTokens tokens written, 0 where not told
   */
  record Content(ChatReply reply, long promptTokens, long completionTokens) {}

  /** The body of a request. */
  static String request(ChatSettings settings, ChatQuestion question) {
    ObjectNode root = JSON.createObjectNode();
    root.put("model", Objects.requireNonNull(settings.model(), "model"));
    root.putArray("messages").addObject().put("role", "user").put("content", question.text());
    root.put("temperature", settings.temperature());
    root.put("max_tokens", settings.maxTokens());
    root.put("stream", false);
    switch (question.format()) {
      case PLAIN -> {}
      case JSON -> root.putObject("response_format").put("type", "json_object");
    }
    try {
      return JSON.writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new AssertionError("a tree of texts and numbers is always JSON", e);
    }
  }

  /** What the body of a successful response says. */
  static Content read(String body) {
    JsonNode root;
    try {
      root = JSON.readTree(body);
    } catch (JsonProcessingException e) {
      return new Content(
          new ChatReply.Unusable("the response is no JSON: " + e.getOriginalMessage(), body), 0, 0);
    }
    return new Content(
        reply(root.at("/choices/0"), body),
        root.at("/usage/prompt_tokens").asLong(),
        root.at("/usage/completion_tokens").asLong());
  }

  private static ChatReply reply(JsonNode choice, String body) {
    JsonNode content = choice.at("/message/content");
    if (!content.isTextual()) {
      return new ChatReply.Unusable("the response has no text at choices[0].message.content", body);
    }
    String text = content.textValue();
    return text.isBlank()
        ? new ChatReply.Unusable(
            "the answer is empty (finish_reason %s)"
                .formatted(choice.path("finish_reason").asText("not told")),
            body)
        : new ChatReply.Answered(text);
  }
}
