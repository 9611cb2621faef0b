/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

/**
 * A loss where one completion is certainly the better one, as a function of a score of each.
 *
 * @param loss L(chosen, rejected)
 * @param byChosen its derivative by the chosen completion's score
 * @param byRejected its derivative by the rejected completion's score
 */
public record DirectedLoss(double loss, double byChosen, double byRejected) {

  /** A loss of the difference of the scores alone. */
  static DirectedLoss ofMargin(double loss, double derivative) {
    return new DirectedLoss(loss, derivative, -derivative);
  }
}
