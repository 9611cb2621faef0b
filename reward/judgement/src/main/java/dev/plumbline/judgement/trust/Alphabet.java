/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement.trust;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The verdicts that a kind of question allows, numbered from 0.
 *
 * @param name of the kind of question
 * @param size how many verdicts there are, at least 2
 * @param symmetry what stays the same when candidates change places
 */
public record Alphabet(String name, int size, Symmetry symmetry) {
  /** What stays the same when candidates change places. */
  public enum Symmetry {
    /** Each verdict has a meaning of its own. */
    NONE,
    /** Which candidate verdict 0 names and which verdict 1 is arbitrary. */
    FIRST_TWO
  }

  /** Which of two candidates is better: 0 = a, 1 = b, 2 = tie; which is a is arbitrary. */
  public static final Alphabet PAIR = new Alphabet("pair", 3, Symmetry.FIRST_TWO);

  /** Thumbs: 0 = up, 1 = down. */
  public static final Alphabet THUMBS = new Alphabet("thumbs", 2, Symmetry.NONE);

  private static final Pattern CLASSES = Pattern.compile("classes-([1-9]\\d?)");

  public Alphabet {
    if (size < 2) {
      throw new IllegalArgumentException(
          "alphabet %s must have at least 2 verdicts, but has %d".formatted(name, size));
    }
  }

  /** Returns the alphabet of {@code size} classes, each with a meaning of its own. */
  public static Alphabet classes(int size) {
    return new Alphabet("classes-" + size, size, Symmetry.NONE);
  }

  /** Returns the alphabet of that name: pair, thumbs, or classes-N. */
  public static Alphabet named(String name) {
    if (name.equals(PAIR.name())) {
      return PAIR;
    }
    if (name.equals(THUMBS.name())) {
      return THUMBS;
    }
    Matcher classes = CLASSES.matcher(name);
    if (!classes.matches()) {
      throw new IllegalArgumentException(
          "an alphabet must be pair, thumbs or classes-N, but was " + name);
    }
    return classes(Integer.parseInt(classes.group(1)));
  }

  /** Returns the verdict that {@code verdict} becomes when the candidates change places. */
  int mirrored(int verdict) {
    return switch (symmetry) {
      case NONE -> verdict;
      case FIRST_TWO -> verdict < 2 ? 1 - verdict : verdict;
    };
  }

  int require(int verdict) {
    if (verdict < 0 || verdict >= size) {
      throw new IllegalArgumentException(
          "a verdict of alphabet %s must lie in 0 to %d, but was %d"
              .formatted(name, size - 1, verdict));
    }
    return verdict;
  }
}
