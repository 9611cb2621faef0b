/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward;

/** What every pair says, in tokens or in scores, is held to. */
final class PairJudgement {
  private PairJudgement() {}

  static void require(double belief, double margin, double weight) {
    if (!(belief >= 0 && belief <= 1)) {
      throw new IllegalArgumentException("belief must be in [0, 1], but was " + belief);
    }
    if (!Double.isFinite(margin)) {
      throw new IllegalArgumentException(
          "margin must be finite, but was " + margin + " (typical: 0 to 3)");
    }
    if (!(weight >= 0) || Double.isInfinite(weight)) {
      throw new IllegalArgumentException("weight must be at least 0, but was " + weight);
    }
  }
}
