/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import dev.plumbline.lm.Statistic;

/**
 * A pair with what model and objective said about it.
 *
 * @param statistics from the model
 * @param value from the objective
 */
public record ScoredPair(PairStatistics statistics, PairValue value) implements ScoredExample {

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
    return chosen().referenceLogProb() > rejected().referenceLogProb();
  }

  /** The completion believed better; a where neither is. */
  public CompletionStatistics chosen() {
    return chosen(statistics.a(), statistics.b());
  }

  /** The other completion. */
  public CompletionStatistics rejected() {
    return rejected(statistics.a(), statistics.b());
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
    return chosen().logProb();
  }

  /** Policy log-probability of the other completion. */
  public double rejectedLogProb() {
    return rejected().logProb();
  }

  /** Whether the reference was asked about the pair. */
  public boolean hasReference() {
    return statistics.a().statistics().contains(Statistic.REFERENCE_LOG_PROB);
  }

  /** Whether divergences from the reference were asked for. */
  public boolean hasDivergence() {
    return statistics.a().statistics().contains(Statistic.FORWARD_KL);
  }

  /** Sequential KL(reference || policy) along the completion believed better, in nats. */
  public double chosenDivergence() {
    return chosen().sum(Statistic.FORWARD_KL);
  }

  /** Sequential KL(reference || policy) along the other completion, in nats. */
  public double rejectedDivergence() {
    return rejected().sum(Statistic.FORWARD_KL);
  }

  /** {@link #chosenReward} without the divergence. */
  public double chosenRewardOfLogRatio() {
    return chosen(value.rewardA().withoutDivergence(), value.rewardB().withoutDivergence());
  }

  /** {@link #rejectedReward} without the divergence. */
  public double rejectedRewardOfLogRatio() {
    return rejected(value.rewardA().withoutDivergence(), value.rewardB().withoutDivergence());
  }

  private <T> T chosen(T a, T b) {
    return statistics.belief() >= 0.5 ? a : b;
  }

  private <T> T rejected(T a, T b) {
    return statistics.belief() >= 0.5 ? b : a;
  }
}
