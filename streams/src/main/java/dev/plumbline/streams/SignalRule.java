/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a signal is worth, written {@code copied=up:0.3}: it counts as its annotator's thumb on the
 * candidate, with that much trust. What the annotator says outright beats it, and of several
 * signals on one candidate the last one stands.
 *
 * @param name the signal
 * @param verdict the thumb it counts as
 * @param trustPpm how far it counts, parts per million
 */
record SignalRule(String name, Verdict.OfOne verdict, int trustPpm) {
  private static final Pattern NOTATION =
      Pattern.compile("(.+)=(up|down):(0(?:\\.\\d{1,6})?|1(?:\\.0{1,6})?)");

  static SignalRule parse(String text) {
    Matcher parts = NOTATION.matcher(text.strip());
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "signals must be like copied=up:0.3 or regenerated=down:0.5, trust from 0 to 1, but had "
              + text);
    }
    return new SignalRule(
        parts.group(1).strip(),
        switch (parts.group(2).toLowerCase(Locale.ROOT)) {
          case "up" -> Verdict.OfOne.DESIRABLE;
          default -> Verdict.OfOne.UNDESIRABLE;
        },
        new BigDecimal(parts.group(3)).movePointRight(6).intValueExact());
  }
}
