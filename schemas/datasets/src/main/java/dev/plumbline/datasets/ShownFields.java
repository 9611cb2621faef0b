/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import dev.plumbline.datasets.Content.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The prompt and the candidates among the freely named fields of an annotation project, told by the
 * names that projects give them. Names are compared without case and punctuation, so that {@code
 * response-1} and {@code Response 1} are one.
 */
final class ShownFields {
  private static final List<String> PROMPTS =
      List.of(
          "prompt",
          "instruction",
          "question",
          "query",
          "request",
          "userinput",
          "input",
          "chat",
          "conversation",
          "messages",
          "context");

  private static final Pattern CANDIDATE =
      Pattern.compile(
          "(?:assistant|model|generated)?(?:response|reply|answer|completion|generation|output|candidate|text|summary|option)s?(?:\\d+|[a-d])?|chosen|rejected|left|right");

  private static final Pattern LAST_NUMBER = Pattern.compile("(\\d+)\\D*$");

  private final Content prompt;
  private final List<String> names;
  private final List<Content> candidates;

  private ShownFields(Content prompt, SequencedMap<String, Content> candidates) {
    this.prompt = prompt;
    this.names = List.copyOf(candidates.keySet());
    this.candidates = List.copyOf(candidates.values());
  }

  /**
   * Finds them.
   *
   * @param path where the fields are, for messages
   * @param fields texts, message lists and whatever else; what is no candidate is passed over
   */
  static ShownFields of(String path, Map<String, ? extends @Nullable Object> fields) {
    SequencedMap<String, Content> candidates = new LinkedHashMap<>();
    fields.forEach(
        (name, value) -> {
          if (CANDIDATE.matcher(plain(name)).matches() && isContent(value)) {
            candidates.put(name, content(path + "." + name, value));
          }
        });
    return of(path, fields, candidates);
  }

  /** Finds the prompt beside candidates that are known already. */
  static ShownFields of(
      String path,
      Map<String, ? extends @Nullable Object> fields,
      SequencedMap<String, Content> candidates) {
    if (candidates.isEmpty()) {
      throw new RowProblem(
          path,
          "have no candidate among " + fields.keySet(),
          "name them response1, response2, ..., or chosen and rejected");
    }
    for (String wanted : PROMPTS) {
      for (Map.Entry<String, ? extends @Nullable Object> field : fields.entrySet()) {
        if (plain(field.getKey()).equals(wanted) && isContent(field.getValue())) {
          return new ShownFields(
              content(path + "." + field.getKey(), field.getValue()), candidates);
        }
      }
    }
    throw new RowProblem(
        path, "have no prompt among " + fields.keySet(), "name it prompt, instruction or question");
  }

  Content prompt() {
    return prompt;
  }

  List<Content> candidates() {
    return candidates;
  }

  /** The candidate that has this name. */
  OptionalInt named(String name) {
    String wanted = plain(name);
    for (int i = 0; i < names.size(); i++) {
      if (plain(names.get(i)).equals(wanted)) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }

  /** The candidate that has this name. */
  int required(String path, Object name) {
    OptionalInt found = name instanceof String text ? named(text) : OptionalInt.empty();
    return found.orElseThrow(
        () ->
            new RowProblem(
                path,
                "must name a candidate, but was " + PlainJson.shown(name),
                "candidates are " + String.join(", ", names)));
  }

  /**
   * The candidate that a question or a control is about: the only one, or the one whose name is in
   * its name, or whose name ends with the same number.
   */
  OptionalInt askedBy(String question) {
    if (names.size() == 1) {
      return OptionalInt.of(0);
    }
    String asked = plain(question);
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      if (asked.contains(plain(names.get(i)))) {
        found.add(i);
      }
    }
    for (int i = 0; i < names.size() && found.isEmpty(); i++) {
      Optional<String> number = number(question);
      if (number.isPresent() && number.equals(number(names.get(i)))) {
        found.add(i);
      }
    }
    return found.size() == 1 ? OptionalInt.of(found.getFirst()) : OptionalInt.empty();
  }

  /** A name without case and punctuation. */
  static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]", "");
  }

  private static Optional<String> number(String name) {
    Matcher matcher = LAST_NUMBER.matcher(name);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  private static boolean isContent(@Nullable Object value) {
    return value instanceof String || value instanceof List<?>;
  }

  private static Content content(String path, @Nullable Object value) {
    return value instanceof List<?>
        ? Columns.messages(path, value)
        : new Text(Columns.text(path, value));
  }
}
