/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

/**
 * A pair with what model and objective said about it.
 *
 * @param statistics from the model
 * @param value from the objective
 */
public record ScoredPair(PairStatistics statistics, PairValue value) {

  /** Whether one side is believed better; a pair at exactly one half has no chosen side. */
  public boolean isDecided() {
    return statistics.belief() != 0.5;
  }

  /** Whether the implicit reward of the chosen completion is the larger one, strictly. */
  public boolean isRewardRight() {
    return chosenReward() > rejectedReward();
  }

  /** Whether the policy gives the chosen completion the larger log-probability, strictly. */
  public boolean isPolicyRight() {
    return chosenLogProb() > rejectedLogProb();
  }

  /** Whether the reference gives the chosen completion the larger log-probability, strictly. */
  public boolean isReferenceRight() {
    return chosen(statistics.a().referenceLogProb(), statistics.b().referenceLogProb())
        > rejected(statistics.a().referenceLogProb(), statistics.b().referenceLogProb());
  }

  /** Implicit reward of the completion believed better; of a where neither is. */
  public double chosenReward() {
    return chosen(value.rewardA().value(), value.rewardB().value());
  }

  /** Implicit reward of the other completion. */
  public double rejectedReward() {
    return rejected(value.rewardA().value(), value.rewardB().value());
  }

  /** Policy log-probability of the completion believed better; of a where neither is. */
  public double chosenLogProb() {
    return chosen(statistics.a().logProb(), statistics.b().logProb());
  }

  /** Policy log-probability of the other completion. */
  public double rejectedLogProb() {
    return rejected(statistics.a().logProb(), statistics.b().logProb());
  }

  private double chosen(double a, double b) {
    return statistics.belief() >= 0.5 ? a : b;
  }

  private double rejected(double a, double b) {
    return statistics.belief() >= 0.5 ? b : a;
  }
}
