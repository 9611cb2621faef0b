/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

import dev.plumbline.lm.chat.Value.Int;
import dev.plumbline.lm.chat.Value.Text;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code str.format}: fields by order, number or name, with attributes and items. */
final class BraceFormat {
  private static final Pattern FIELD =
      Pattern.compile("\\{(\\w*)((?:\\.\\w+|\\[[^\\]{}]+\\])*)(?:!([rs]))?(:[^{}]*)?\\}");
  private static final Pattern STEP = Pattern.compile("\\.(\\w+)|\\[([^\\]]+)\\]");

  private BraceFormat() {}

  /**
   * @throws Failure when a field is not given or its format is not supported
   */
  static String format(String format, Arguments arguments) {
    StringBuilder text = new StringBuilder();
    Matcher matcher = FIELD.matcher(format);
    int ordinal = 0;
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c != '{' && c != '}') {
        text.append(c);
      } else if (format.startsWith(String.valueOf(c), i + 1)) {
        text.append(c);
        i++;
      } else if (c == '{' && matcher.region(i, format.length()).lookingAt()) {
        boolean ordered = matcher.group(1).isEmpty();
        text.append(
            field(matcher, ordered ? String.valueOf(ordinal++) : matcher.group(1), arguments));
        i = matcher.end() - 1;
      } else {
        throw new Failure("the format '%s' is not supported".formatted(format));
      }
    }
    return text.toString();
  }

  private static String field(Matcher field, String name, Arguments arguments) {
    if (field.group(4) != null && field.group(4).length() > 1) {
      throw new Failure(
          "the format '%s' is not supported: only fields without one are"
              .formatted(field.group(4)));
    }
    Value value = argument(name, arguments);
    Matcher steps = STEP.matcher(field.group(2));
    while (steps.find()) {
      value =
          steps.group(1) != null
              ? Attributes.get(value, steps.group(1))
              : Subscript.item(value, key(steps.group(2)));
    }
    return "r".equals(field.group(3)) ? Representation.repr(value) : Representation.str(value);
  }

  private static boolean isNumber(String text) {
    return text.length() < 10 && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static Value key(String key) {
    return isNumber(key) ? Int.of(Integer.parseInt(key)) : new Text(key);
  }

  private static Value argument(String name, Arguments arguments) {
    List<Value> positional = arguments.positional();
    if (isNumber(name)) {
      int index = Integer.parseInt(name);
      if (index >= positional.size()) {
        throw new Failure("the format needs %d values".formatted(index + 1));
      }
      return positional.get(index);
    }
    Value value = arguments.named().get(name);
    if (value == null) {
      throw new Failure("the format needs a value '%s'".formatted(name));
    }
    return value;
  }
}
