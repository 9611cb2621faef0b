/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

/** What objectives demand of their settings, each in one place with one message. */
final class Requirements {
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

  static void atLeastZero(String name, double value, String typical) {
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
}
