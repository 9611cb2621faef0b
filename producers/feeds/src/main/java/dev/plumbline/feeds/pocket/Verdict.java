/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.pocket;

import java.util.List;

/**
 * A sentence that sums a review up, and the phrase in it that counts.
 *
 * @param phrase as the lexicon has it
 * @param sentence that contains the phrase
 */
record Verdict(String phrase, String sentence) {
  private static final List<Verdict> PRAISE =
      List.of(
          new Verdict("worth every penny", "It was worth every penny."),
          new Verdict("gladly come back", "I will gladly come back."),
          new Verdict("warmly recommend", "I can warmly recommend it."),
          new Verdict("made my day", "It really made my day."),
          new Verdict("loved every minute", "We loved every minute."),
          new Verdict("could not be better", "It could not be better."));

  private static final List<Verdict> FAULT =
      List.of(
          new Verdict("waste of money", "It was a waste of money."),
          new Verdict("never come back", "I will never come back."),
          new Verdict("cannot recommend", "I cannot recommend it."),
          new Verdict("ruined my day", "It really ruined my day."),
          new Verdict("regretted every minute", "We regretted every minute."),
          new Verdict("could hardly be worse", "It could hardly be worse."));

  static List<Verdict> all(Polarity polarity) {
    return switch (polarity) {
      case POSITIVE -> PRAISE;
      case NEGATIVE -> FAULT;
    };
  }
}
