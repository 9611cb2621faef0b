/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

/**
 * What objectives demand of their settings and examples must keep to, each in one place with one
 * message.
 */
public final class Requirements {
  private Requirements() {}

  static void beta(double beta) {
    if (!(beta > 0) || Double.isInfinite(beta)) {
      throw new IllegalArgumentException(
          "beta must be positive, but was " + beta + " (typical: 0.1 to 0.5)");
    }
  }

  static void labelSmoothing(double labelSmoothing) {
    if (!(labelSmoothing >= 0 && labelSmoothing < 0.5)) {
      throw new IllegalArgumentException(
          "label_smoothing must be in [0, 0.5), but was " + labelSmoothing);
    }
  }

  /** Refuses a value below 0, naming a typical range. */
  public static void atLeastZero(String name, double value, String typical) {
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "%s must be at least 0, but was %s (typical: %s)".formatted(name, value, typical));
    }
  }

  static void positive(String name, double value, String typical) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "%s must be positive, but was %s (typical: %s)".formatted(name, value, typical));
    }
  }

  static void share(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException("%s must be in [0, 1], but was %s".formatted(name, value));
    }
  }

  /** Refuses a probability outside 0 to 1. */
  public static void belief(double belief) {
    if (!(belief >= 0 && belief <= 1)) {
      throw new IllegalArgumentException("belief must be in [0, 1], but was " + belief);
    }
  }

  /** Refuses a probability of a tie that the belief leaves no room for. */
  public static void tieProb(double belief, double tieProb) {
    // The sum of three rounded probabilities may miss 1 by a rounding.
    if (!(tieProb >= 0 && tieProb <= 2 * Math.min(belief, 1 - belief) + 1e-12)) {
      throw new IllegalArgumentException(
          "tie_prob must be in [0, 2 min(belief, 1 - belief)] = [0, %s], but was %s"
              .formatted(2 * Math.min(belief, 1 - belief), tieProb));
    }
  }

  /** Refuses a weight below 0. */
  public static void weight(double weight) {
    if (!(weight >= 0) || Double.isInfinite(weight)) {
      throw new IllegalArgumentException("weight must be at least 0, but was " + weight);
    }
  }

  /** Refuses a list that is neither empty nor of the length expected. */
  public static void emptyOr(String name, int length, int expected) {
    if (length != 0 && length != expected) {
      throw new IllegalArgumentException(
          "%s must be none or %d, but were %d".formatted(name, expected, length));
    }
  }

  /** Refuses a reward that is no number. */
  public static void reward(double reward) {
    if (!Double.isFinite(reward)) {
      throw new IllegalArgumentException("a reward must be finite, but was " + reward);
    }
  }
}
