/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text with places such as {@code {{prompt}}}. They are filled in one pass: what is put in is
 * never looked at for places.
 */
final class Template {
  private static final Pattern PLACE = Pattern.compile("\\{\\{(\\w+)}}");

  private final String text;

  /**
   * @param name of the template, for messages
   * @param required places that must be there
   * @param optional places that may be there
   * @throws IllegalArgumentException naming a place that lacks or is unknown
   */
  Template(String name, String text, Set<String> required, Set<String> optional) {
    Set<String> found = new TreeSet<>();
    PLACE.matcher(text).results().forEach(place -> found.add(place.group(1)));
    Set<String> known = new TreeSet<>(required);
    known.addAll(optional);
    if (!found.containsAll(required) || !known.containsAll(found)) {
      throw new IllegalArgumentException(
          "template %s must have the places %s and may have %s, but had %s"
              .formatted(name, new TreeSet<>(required), new TreeSet<>(optional), found));
    }
    this.text = text;
  }

  /** The text of a template of one's own. */
  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException("template " + file + " can't be read: " + e, e);
    }
  }

  /** The text of a template that comes along. */
  static String resource(String name) {
    try (InputStream in = Template.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the class path lacks " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @param values by place, at least of all places that the template has
   */
  String fill(Map<String, String> values) {
    return PLACE
        .matcher(text)
        .replaceAll(
            (MatchResult place) ->
                Matcher.quoteReplacement(values.getOrDefault(place.group(1), "")));
  }
}
