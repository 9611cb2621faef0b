/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward.control;

/** What settings and values must keep to, each with one message. */
public final class Requirement {
  private Requirement() {}

  /** Refuses what is not above 0, naming a typical range. */
  public static void positive(String name, double value, String typical) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "%s must be positive, but was %s (typical: %s)".formatted(name, value, typical));
    }
  }

  /** Refuses what is below 0, naming a typical range. */
  public static void atLeastZero(String name, double value, String typical) {
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "%s must be at least 0, but was %s (typical: %s)".formatted(name, value, typical));
    }
  }

  /** Refuses what is outside 0 to 1. */
  public static void prob(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException("%s must be in [0, 1], but was %s".formatted(name, value));
    }
  }

  /** Refuses what is no number. */
  public static void finite(String name, double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("%s must be finite, but was %s".formatted(name, value));
    }
  }
}
