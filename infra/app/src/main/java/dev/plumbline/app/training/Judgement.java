/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.training;

import dev.plumbline.datasets.Extras;

/**
 * What further columns of a row say about how far to trust it. They reach the loss as they are.
 *
 * @param belief probability that the row is right as it stands (chosen is better, the label is
 *     true), a tie counting half; column {@value #BELIEF}
 * @param tieProb probability that neither is better; column {@value #TIE_PROB}
 * @param weight what the row counts for; column {@value #WEIGHT}
 */
record Judgement(double belief, double tieProb, double weight) {
  static final String BELIEF = "belief";
  static final String TIE_PROB = "tie_prob";
  static final String WEIGHT = "weight";

  /**
   * @throws BadRowException when a column is no number
   */
  static Judgement of(Extras extras) {
    return new Judgement(
        number(extras, BELIEF, 1), number(extras, TIE_PROB, 0), number(extras, WEIGHT, 1));
  }

  private static double number(Extras extras, String column, double otherwise) {
    Object value = extras.columns().get(column);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    throw new BadRowException(
        "%s: must be a number, but was %s; hint: rename the column if it isn't meant for the loss"
            .formatted(column, value));
  }
}
