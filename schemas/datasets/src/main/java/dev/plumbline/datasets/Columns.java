/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import dev.plumbline.datasets.Content.Messages;
import dev.plumbline.datasets.Content.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a row, or the fields of an object in it, taken out one by one; what nobody has
 * taken is left. Null and absent are one. Each complaint names the field, its value and what was
 * expected. Used by one thread.
 */
final class Columns {
  private static final String MESSAGE_HINT =
      "a message is an object such as {\"role\": \"user\", \"content\": \"Hello\"}";

  private final String place;
  private final SequencedMap<String, @Nullable Object> left;

  private Columns(String place, Map<String, @Nullable Object> values) {
    this.place = place;
    this.left = new LinkedHashMap<>(values);
    left.values().removeIf(value -> value == null);
  }

  static Columns of(Map<String, @Nullable Object> row) {
    return new Columns("", row);
  }

  boolean has(String name) {
    return left.containsKey(name);
  }

  Object take(String name) {
    @Nullable Object value = left.remove(name);
    if (value == null) {
      throw new RowProblem(
          path(name),
          "is missing",
          left.isEmpty()
              ? "the row has no column that says it"
              : "left beside it are: " + String.join(", ", left.keySet()));
    }
    return value;
  }

  /** Leaves a taken column among the extra ones all the same. */
  void keep(String name, Object value) {
    left.put(name, value);
  }

  String text(String name) {
    Object value = take(name);
    return text(path(name), value);
  }

  /** The text, or an empty one where it is absent. */
  String textOrEmpty(String name) {
    return has(name) ? text(name) : "";
  }

  /** The text, or another one where it is absent. */
  String textOr(String name, String otherwise) {
    return has(name) ? text(name) : otherwise;
  }

  /** A text or a whole number that names something. */
  String name(String name) {
    Object value = take(name);
    if (value instanceof Long number) {
      return number.toString();
    }
    String text = text(path(name), value);
    if (text.isBlank()) {
      throw new RowProblem(path(name), "must name something, but was blank", "an id or a name");
    }
    return text;
  }

  /** The id in a column, which stays; or another one where it is absent. */
  String shownId(String name, String otherwise) {
    @Nullable Object id = left.get(name);
    return id instanceof String || id instanceof Number ? id.toString() : otherwise;
  }

  /** The id in a column, or another one where it is absent. */
  String nameOr(String name, String otherwise) {
    return has(name) ? name(name) : otherwise;
  }

  int whole(String name) {
    Object value = take(name);
    if (!(value instanceof Long number) || number < 0 || number > Integer.MAX_VALUE) {
      throw new RowProblem(
          path(name),
          "must be a whole number from 0, but was " + PlainJson.shown(value),
          "without quotes");
    }
    return number.intValue();
  }

  /** The fields of an object, absent ones left out. */
  SequencedMap<String, @Nullable Object> map(String name, String hint) {
    return object(name, hint).left;
  }

  /** The fields of an object; none where it is absent. */
  SequencedMap<String, @Nullable Object> mapOrEmpty(String name, String hint) {
    return has(name) ? map(name, hint) : new LinkedHashMap<>();
  }

  /** All columns that nobody has taken yet; they stay. */
  SequencedMap<String, @Nullable Object> all() {
    return new LinkedHashMap<>(left);
  }

  /** Leaves a column out. */
  void drop(String name) {
    left.remove(name);
  }

  boolean flag(String name) {
    Object value = take(name);
    if (!(value instanceof Boolean flag)) {
      throw new RowProblem(
          path(name),
          "must be true or false, but was " + PlainJson.shown(value),
          "true for liked, false for disliked, without quotes");
    }
    return flag;
  }

  Content content(String name) {
    Object value = take(name);
    return value instanceof List<?>
        ? messages(path(name), value)
        : new Text(text(path(name), value));
  }

  Messages messages(String name) {
    return messages(path(name), take(name));
  }

  List<?> list(String name, String hint) {
    return list(path(name), take(name), hint);
  }

  static List<?> list(String path, @Nullable Object value, String hint) {
    if (!(value instanceof List<?> list)) {
      throw new RowProblem(path, "must be a list, but was " + PlainJson.shown(value), hint);
    }
    return list;
  }

  Columns object(String name, String hint) {
    return object(path(name), take(name), hint);
  }

  static Columns object(String path, @Nullable Object value, String hint) {
    if (!(value instanceof Map<?, ?>)) {
      throw new RowProblem(path, "must be an object, but was " + PlainJson.shown(value), hint);
    }
    return new Columns(path, fields(value));
  }

  /** JSON schemas of tools: a list, or its JSON text. */
  @Nullable List<Object> tools() {
    if (!has("tools")) {
      return null;
    }
    Object value = take("tools");
    @Nullable Object list = value instanceof String json ? PlainJson.list("tools", json) : value;
    if (!(list instanceof List<?> tools) || !tools.stream().allMatch(Map.class::isInstance)) {
      throw new RowProblem(
          path("tools"),
          "must be a list of JSON schemas or its JSON text, but was " + PlainJson.shown(value),
          "an absent column says that there are none");
    }
    return new ArrayList<>(tools);
  }

  /** What nobody has taken, with the tools of a column that may be there. */
  Extras rest() {
    @Nullable List<Object> tools = tools();
    return new Extras(tools, left);
  }

  /** What nobody has taken. */
  Extras rest(@Nullable List<Object> tools) {
    return new Extras(tools, left);
  }

  /** Refuses what nobody has taken: the format has no place for it. */
  void end() {
    if (!left.isEmpty()) {
      String name = left.firstEntry().getKey();
      throw new RowProblem(
          path(name),
          "is not a field of this format, and was " + PlainJson.shown(left.get(name)),
          "make it a column of its own, or leave it out");
    }
  }

  static String text(String path, @Nullable Object value) {
    if (!(value instanceof String text)) {
      throw new RowProblem(
          path,
          "must be a text, but was " + PlainJson.shown(value),
          value instanceof List<?> || value instanceof Map<?, ?>
              ? "this field takes one text in quotes"
              : "put it in quotes");
    }
    return text;
  }

  static Messages messages(String path, @Nullable Object value) {
    if (!(value instanceof List<?> list)) {
      throw new RowProblem(
          path, "must be a list of messages, but was " + PlainJson.shown(value), MESSAGE_HINT);
    }
    if (list.isEmpty()) {
      throw new RowProblem(path, "must have at least one message, but was []", MESSAGE_HINT);
    }
    List<Message> messages = new ArrayList<>();
    for (Object element : list) {
      messages.add(message(path + "[" + messages.size() + "]", element));
    }
    return new Messages(messages);
  }

  static Message message(String path, @Nullable Object value) {
    Columns message = object(path, value, MESSAGE_HINT);
    if (!message.has(Message.ROLE)) {
      throw new RowProblem(path + ".role", "is missing in " + PlainJson.shown(value), MESSAGE_HINT);
    }
    if (text(path + ".role", message.left.get(Message.ROLE)).isBlank()) {
      throw new RowProblem(path + ".role", "must name who speaks, but was blank", MESSAGE_HINT);
    }
    @Nullable Object content = message.left.get(Message.CONTENT);
    if (content == null && !message.has("tool_calls")) {
      throw new RowProblem(
          path + ".content", "is missing in " + PlainJson.shown(value), MESSAGE_HINT);
    }
    if (content != null && !(content instanceof String) && !(content instanceof List<?>)) {
      throw new RowProblem(
          path + ".content",
          "must be a text or a list of parts, but was " + PlainJson.shown(content),
          MESSAGE_HINT);
    }
    return new Message(message.left);
  }

  @SuppressWarnings("unchecked") // Keys of plain data are texts: they were JSON names or columns.
  private static Map<String, @Nullable Object> fields(Object value) {
    return (Map<String, @Nullable Object>) value;
  }

  private String path(String name) {
    return place.isEmpty() ? name : place + "." + name;
  }
}
