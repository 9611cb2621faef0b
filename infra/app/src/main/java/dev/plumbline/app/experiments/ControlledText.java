/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.experiments;

/** A text that was said under control, and what acted on each token. Immutable. */
final class ControlledText {
  private final ToyRow row;
  private final int[] levels;
  private final double[] attributeLogProbs;
  private final double[] behaviourLogProbs;

  /**
   * @param levels of the bank, per token
   * @param attributeLogProbs log C before the first token and after each one
   * @param behaviourLogProbs log mu of each token
   */
  ControlledText(ToyRow row, int[] levels, double[] attributeLogProbs, double[] behaviourLogProbs) {
    this.row = row;
    this.levels = levels.clone();
    this.attributeLogProbs = attributeLogProbs.clone();
    this.behaviourLogProbs = behaviourLogProbs.clone();
  }

  ToyRow row() {
    return row;
  }

  /** The level that acted on token {@code t}. */
  int level(int t) {
    return levels[t];
  }

  double[] attributeLogProbs() {
    return attributeLogProbs.clone();
  }

  double[] behaviourLogProbs() {
    return behaviourLogProbs.clone();
  }
}
