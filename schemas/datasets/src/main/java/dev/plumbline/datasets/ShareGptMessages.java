/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import dev.plumbline.datasets.Content.Messages;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Messages as ShareGPT writes them: {@code from} and {@code value} for role and content, human and
 * gpt for user and assistant, observation for a tool's answer. A function_call, whose value is the
 * JSON of name and arguments, is an assistant's message with that one tool call.
 */
final class ShareGptMessages {
  private static final String HINT =
      "a message is an object such as {\"from\": \"human\", \"value\": \"Hello\"}";
  private static final String FUNCTION_CALL = "function_call";
  private static final Map<String, String> ROLES =
      Map.of(
          "human", Message.USER,
          "gpt", Message.ASSISTANT,
          "system", Message.SYSTEM,
          "observation", "tool");

  private ShareGptMessages() {}

  static Messages read(String field, List<?> list) {
    if (list.isEmpty()) {
      throw new RowProblem(field, "must have at least one message, but was []", HINT);
    }
    List<Message> messages = new ArrayList<>();
    for (Object element : list) {
      messages.add(read(field + "[" + messages.size() + "]", element));
    }
    return new Messages(messages);
  }

  static Message read(String path, @Nullable Object element) {
    Columns message = Columns.object(path, element, HINT);
    String from = message.text("from");
    String value = message.text("value");
    SequencedMap<String, @Nullable Object> fields = new LinkedHashMap<>();
    if (from.equals(FUNCTION_CALL)) {
      fields.put(Message.ROLE, Message.ASSISTANT);
      fields.put("tool_calls", List.of(toolCall(path + ".value", value)));
    } else {
      @Nullable String role = ROLES.get(from);
      if (role == null) {
        throw new RowProblem(
            path + ".from",
            "must be human, gpt, system, observation or function_call, but was "
                + PlainJson.shown(from),
            "human asks, gpt answers");
      }
      fields.put(Message.ROLE, role);
      fields.put(Message.CONTENT, value);
    }
    fields.putAll(message.rest(null).columns());
    return new Message(fields);
  }

  static Object write(String field, Message message) {
    SequencedMap<String, @Nullable Object> fields = new LinkedHashMap<>(message.fields());
    fields.remove(Message.ROLE);
    SequencedMap<String, @Nullable Object> written = new LinkedHashMap<>();
    if (fields.containsKey("tool_calls")) {
      written.put("from", FUNCTION_CALL);
      written.put("value", functionCall(field, message));
      fields.remove("tool_calls");
    } else {
      written.put("from", from(field, message));
      written.put("value", message.text().orElseThrow(() -> refused(field, message)));
      fields.remove(Message.CONTENT);
    }
    if (fields.keySet().stream().anyMatch(name -> name.equals("from") || name.equals("value"))) {
      throw refused(field, message);
    }
    written.putAll(fields);
    return written;
  }

  private static String from(String field, Message message) {
    return ROLES.entrySet().stream()
        .filter(role -> role.getValue().equals(message.role()))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(() -> refused(field, message));
  }

  private static Object toolCall(String path, String json) {
    @Nullable SequencedMap<String, @Nullable Object> function = PlainJson.object(path, json);
    if (function == null || !isFunction(function)) {
      throw new RowProblem(
          path,
          "must be the JSON of a call's name and arguments, but was " + PlainJson.shown(json),
          "such as {\"name\": \"weather\", \"arguments\": {\"city\": \"Paris\"}} as a text");
    }
    SequencedMap<String, Object> call = new LinkedHashMap<>();
    call.put("type", "function");
    call.put("function", function);
    return call;
  }

  private static String functionCall(String field, Message message) {
    if (message.role().equals(Message.ASSISTANT)
        && !message.fields().containsKey(Message.CONTENT)
        && message.fields().get("tool_calls") instanceof List<?> calls
        && calls.size() == 1
        && calls.getFirst() instanceof Map<?, ?> call
        && call.size() == 2
        && "function".equals(call.get("type"))
        && call.get("function") instanceof Map<?, ?> function
        && isFunction(function)) {
      return PlainJson.text(function);
    }
    throw refused(field, message);
  }

  private static boolean isFunction(Map<?, ?> function) {
    return function.size() == 2
        && function.get("name") instanceof String
        && function.get("arguments") instanceof Map<?, ?>;
  }

  private static RowProblem refused(String field, Message message) {
    return new RowProblem(
        field,
        "sharegpt can't hold the message " + PlainJson.shown(message.fields()),
        "it holds texts of user, assistant, system and tool, and an assistant's single call with"
            + " nothing but name and arguments");
  }
}
