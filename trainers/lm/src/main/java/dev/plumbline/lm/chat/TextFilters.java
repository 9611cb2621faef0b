/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

import dev.plumbline.lm.chat.Value.SafeText;
import dev.plumbline.lm.chat.Value.Text;
import dev.plumbline.lm.chat.Value.Tuple;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Filters on the text of their subject. */
final class TextFilters {
  static final Map<String, Filters.Filter> FILTERS =
      Map.ofEntries(
          Map.entry("string", (s, a) -> s instanceof SafeText ? s : text(s, a, "string")),
          Map.entry("trim", (s, a) -> TextMethods.strip(Representation.str(s), a)),
          Map.entry("upper", (s, a) -> method("upper", s, a)),
          Map.entry("lower", (s, a) -> method("lower", s, a)),
          Map.entry("capitalize", (s, a) -> method("capitalize", s, a)),
          Map.entry("title", TextFilters::title),
          Map.entry("replace", TextFilters::replace),
          Map.entry("indent", TextFilters::indent),
          Map.entry("center", TextFilters::center),
          Map.entry("format", TextFilters::format),
          Map.entry("safe", (s, a) -> new SafeText(text(s, a, "safe").value())),
          Map.entry("escape", TextFilters::escape),
          Map.entry("e", TextFilters::escape));

  // What a word of the filter title may begin behind.
  private static final Pattern WORD_BEGINNING =
      Pattern.compile("[-\\s({\\[<]+", Pattern.UNICODE_CHARACTER_CLASS);

  private TextFilters() {}

  private static Text text(Value subject, Arguments arguments, String filter) {
    arguments.bind(filter, 0);
    return new Text(Representation.str(subject));
  }

  private static Value method(String name, Value subject, Arguments arguments) {
    return TextMethods.method(Representation.str(subject), name).body().call(arguments);
  }

  private static Value title(Value subject, Arguments arguments) {
    String text = text(subject, arguments, "title").value();
    StringBuilder result = new StringBuilder();
    Matcher separators = WORD_BEGINNING.matcher(text);
    int start = 0;
    while (separators.find()) {
      result.append(word(text.substring(start, separators.start()))).append(separators.group());
      start = separators.end();
    }
    return new Text(result.append(word(text.substring(start))).toString());
  }

  private static String word(String word) {
    if (word.isEmpty()) {
      return word;
    }
    int first = Character.charCount(word.codePointAt(0));
    return PythonText.upper(word.substring(0, first)) + PythonText.lower(word.substring(first));
  }

  private static Value replace(Value subject, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("replace", 2, "old", "new", "count");
    int count = bound.isNone("count") ? -1 : bound.integer("count", -1);
    return new Text(
        PythonText.replace(
            Representation.str(subject),
            Representation.str(bound.get("old")),
            Representation.str(bound.get("new")),
            count));
  }

  private static Value indent(Value subject, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("indent", 0, "width", "first", "blank");
    String indention =
        bound.has("width") && PythonText.isText(bound.get("width"))
            ? bound.text("width")
            : PythonText.repeat(" ", bound.integer("width", 4));
    List<String> lines = PythonText.lines(PythonText.text(subject) + "\n", false);
    StringBuilder text = new StringBuilder(bound.flag("first", false) ? indention : "");
    boolean blank = bound.flag("blank", false);
    for (int i = 0; i < lines.size(); i++) {
      if (i > 0) {
        text.append('\n').append(blank || !lines.get(i).isEmpty() ? indention : "");
      }
      PythonText.checkLength((long) text.length() + lines.get(i).length());
      text.append(lines.get(i));
    }
    return new Text(text.toString());
  }

  private static Value center(Value subject, Arguments arguments) {
    Value width = arguments.bind("center", 0, "width").get("width", Value.Int.of(80));
    return method("center", subject, Arguments.of(width));
  }

  private static Value format(Value subject, Arguments arguments) {
    if (!arguments.named().isEmpty()) {
      throw new Failure("the filter 'format' with arguments by name is not supported");
    }
    Tuple values = new Tuple(arguments.positional());
    return new Text(PercentFormat.format(Representation.str(subject), values));
  }

  private static Value escape(Value subject, Arguments arguments) {
    if (subject instanceof SafeText) {
      return subject;
    }
    return new SafeText(
        text(subject, arguments, "escape")
            .value()
            .replace("&", "&amp;")
            .replace(">", "&gt;")
            .replace("<", "&lt;")
            .replace("'", "&#39;")
            .replace("\"", "&#34;"));
  }
}
