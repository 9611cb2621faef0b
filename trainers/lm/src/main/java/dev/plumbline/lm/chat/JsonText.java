/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

import dev.plumbline.lm.chat.Value.Bool;
import dev.plumbline.lm.chat.Value.Dict;
import dev.plumbline.lm.chat.Value.Int;
import dev.plumbline.lm.chat.Value.ListValue;
import dev.plumbline.lm.chat.Value.Real;
import dev.plumbline.lm.chat.Value.SafeText;
import dev.plumbline.lm.chat.Value.Text;
import dev.plumbline.lm.chat.Value.Tuple;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON as Python's {@code json.dumps} writes it.
 *
 * @param onlyAscii whether characters beyond ASCII are escaped
 * @param indent what each level is indented by; null writes one line
 * @param itemSeparator between items
 * @param keySeparator between key and value
 * @param sortKeys whether keys are put in order
 */
record JsonText(
    boolean onlyAscii,
    @Nullable String indent,
    String itemSeparator,
    String keySeparator,
    boolean sortKeys) {

  /** The filter {@code tojson} with the arguments that transformers gives it. */
  static Value filter(Value value, Arguments arguments) {
    Arguments.Bound bound =
        arguments.bind("tojson", 0, "ensure_ascii", "indent", "separators", "sort_keys");
    String indent =
        switch (bound.get("indent")) {
          case Value.None none -> null;
          case Text text -> text.value();
          default -> PythonText.repeat(" ", bound.integer("indent", 0));
        };
    String itemSeparator = indent == null ? ", " : ",";
    String keySeparator = ": ";
    if (!bound.isNone("separators")) {
      List<Value> separators = Iteration.list(bound.get("separators"));
      if (separators.size() != 2) {
        throw new Failure(
            "separators of tojson must be two strings, but there were " + separators.size());
      }
      itemSeparator = PythonText.text(separators.get(0));
      keySeparator = PythonText.text(separators.get(1));
    }
    JsonText json =
        new JsonText(
            bound.flag("ensure_ascii", false),
            indent,
            itemSeparator,
            keySeparator,
            bound.flag("sort_keys", false));
    StringBuilder text = new StringBuilder();
    json.write(text, value, 0);
    return new Text(text.toString());
  }

  private void write(StringBuilder text, Value value, int depth) {
    PythonText.checkLength(text.length());
    switch (value) {
      case Value.None none -> text.append("null");
      case Bool bool -> text.append(bool.value());
      case Int integer -> text.append(integer.value());
      case Real real -> text.append(real(real.value()));
      case Text string -> quote(text, string.value());
      case SafeText string -> quote(text, string.value());
      case ListValue list -> list(text, list.items(), depth);
      case Tuple tuple -> list(text, tuple.items(), depth);
      case Dict dict -> dict(text, dict, depth);
      default -> throw new Failure("a value of type %s can't be JSON".formatted(value.type()));
    }
  }

  private static String real(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "Infinity" : "-Infinity";
    }
    return Representation.real(value);
  }

  private void list(StringBuilder text, List<Value> items, int depth) {
    text.append('[');
    for (int i = 0; i < items.size(); i++) {
      begin(text, i, depth);
      write(text, items.get(i), depth + 1);
    }
    end(text, items.isEmpty(), depth).append(']');
  }

  private void dict(StringBuilder text, Dict dict, int depth) {
    List<Map.Entry<Value, Value>> entries = new ArrayList<>(dict.entries());
    if (sortKeys) {
      entries.sort(
          Comparator.comparing(Map.Entry::getKey, (a, b) -> Ordering.compare(a, b).orElse(0)));
    }
    text.append('{');
    for (int i = 0; i < entries.size(); i++) {
      begin(text, i, depth);
      quote(text, key(entries.get(i).getKey()));
      text.append(keySeparator);
      write(text, entries.get(i).getValue(), depth + 1);
    }
    end(text, entries.isEmpty(), depth).append('}');
  }

  private void begin(StringBuilder text, int index, int depth) {
    if (index > 0) {
      text.append(itemSeparator);
    }
    if (indent != null) {
      text.append('\n').repeat(indent, depth + 1);
    }
  }

  private StringBuilder end(StringBuilder text, boolean empty, int depth) {
    return indent == null || empty ? text : text.append('\n').repeat(indent, depth);
  }

  private static String key(Value key) {
    return switch (key) {
      case Text text -> text.value();
      case SafeText text -> text.value();
      case Value.None none -> "null";
      case Bool bool -> String.valueOf(bool.value());
      case Int integer -> integer.value().toString();
      case Real real -> real(real.value());
      default -> throw new Failure("a key of type %s can't be JSON".formatted(key.type()));
    };
  }

  private void quote(StringBuilder text, String string) {
    text.append('"');
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        case '\b' -> text.append("\\b");
        case '\f' -> text.append("\\f");
        default -> {
          if (c < 0x20 || (onlyAscii && c > 0x7E)) {
            text.append("\\u%04x".formatted((int) c));
          } else {
            text.append(c);
          }
        }
      }
    }
    text.append('"');
  }
}
