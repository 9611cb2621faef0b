/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;

/** The directives of {@code strftime}, in the C locale. */
final class DateFormat {
  private static final Map<Character, String> PATTERNS =
      Map.ofEntries(
          Map.entry('Y', "uuuu"),
          Map.entry('y', "uu"),
          Map.entry('m', "MM"),
          Map.entry('B', "MMMM"),
          Map.entry('b', "MMM"),
          Map.entry('h', "MMM"),
          Map.entry('d', "dd"),
          Map.entry('j', "DDD"),
          Map.entry('A', "EEEE"),
          Map.entry('a', "EEE"),
          Map.entry('H', "HH"),
          Map.entry('I', "hh"),
          Map.entry('p', "a"),
          Map.entry('M', "mm"),
          Map.entry('S', "ss"),
          Map.entry('f', "SSSSSS"),
          Map.entry('F', "uuuu-MM-dd"),
          Map.entry('T', "HH:mm:ss"),
          Map.entry('R', "HH:mm"),
          Map.entry('D', "MM/dd/uu"));
  // Without the leading zero: %-d.
  private static final Map<Character, String> BARE =
      Map.of('m', "M", 'd', "d", 'j', "D", 'H', "H", 'I', "h", 'M', "m", 'S', "s");

  private DateFormat() {}

  /**
   * @throws Failure when the format has a directive that is not supported
   */
  static String format(String format, ZonedDateTime time) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c != '%') {
        text.append(c);
        continue;
      }
      boolean bare = format.startsWith("-", i + 1);
      i += bare ? 2 : 1;
      text.append(directive(format, i, bare, time));
    }
    return text.toString();
  }

  private static String directive(String format, int at, boolean bare, ZonedDateTime time) {
    char directive = at < format.length() ? format.charAt(at) : 0;
    String pattern = (bare ? BARE : PATTERNS).get(directive);
    if (pattern != null) {
      return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(time);
    }
    return switch (bare ? 0 : directive) {
      case '%' -> "%";
      case 'n' -> "\n";
      case 't' -> "\t";
      case 'e' -> "%2d".formatted(time.getDayOfMonth());
      // The time that templates ask for carries no zone.
      case 'Z', 'z' -> "";
      default -> throw new Failure("the date format '%s' is not supported".formatted(format));
    };
  }
}
