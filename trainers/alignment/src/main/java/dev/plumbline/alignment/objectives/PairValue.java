/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

/**
 * What an objective says about one pair.
 *
 * @param loss L_i, without the pair's weight
 * @param a derivatives of L_i by what the model said about completion a
 * @param b derivatives of L_i by what the model said about completion b
 * @param rewardA implicit reward of a
 * @param rewardB implicit reward of b
 */
public record PairValue(
    double loss,
    TokenDerivatives a,
    TokenDerivatives b,
    ImplicitReward rewardA,
    ImplicitReward rewardB) {

  /** The value of {@code this + factor * other}; the rewards are this one's. */
  PairValue plus(double factor, PairValue other) {
    return new PairValue(
        loss + factor * other.loss,
        a.plus(other.a.times(factor)),
        b.plus(other.b.times(factor)),
        rewardA,
        rewardB);
  }

  /** The loss multiplied by a constant, the rewards as they are. */
  PairValue times(double factor) {
    return new PairValue(factor * loss, a.times(factor), b.times(factor), rewardA, rewardB);
  }

  /** The value of the swapped pair. */
  PairValue swapped() {
    return new PairValue(loss, b, a, rewardB, rewardA);
  }
}
