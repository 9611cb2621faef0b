/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.datasets.Conversation.Message;
import java.util.List;

/**
 * OpenAI's preference file: {@code input.messages}, {@code preferred_output}, {@code
 * non_preferred_output}, all message lists.
 */
final class OpenAiPreference implements RowLayout {
  @Override
  public Content read(JsonNode row, String dataset) {
    JsonNode input = Fields.required("", row, "input");
    List<Message> messages = list("input.messages", Fields.required("input", input, "messages"));
    if (messages.isEmpty()) {
      throw new RowProblem("input.messages must have at least one message, but was []");
    }
    return TrlPairwise.preferred(
        Conversation.prompt(messages),
        Conversation.answer(output(row, "preferred_output")),
        Conversation.answer(output(row, "non_preferred_output")),
        dataset);
  }

  private static List<Message> output(JsonNode row, String field) {
    return list(field, Fields.required("", row, field));
  }

  private static List<Message> list(String path, JsonNode value) {
    if (!value.isArray()) {
      throw new RowProblem(
          "%s must be a list of messages, but was %s".formatted(path, Fields.shown(value)));
    }
    return Conversation.messages(path, value);
  }
}
