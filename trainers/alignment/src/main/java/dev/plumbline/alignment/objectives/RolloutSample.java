/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import dev.plumbline.lm.Statistic;
import java.util.Arrays;

/**
 * One completion of a group, as three policies find it.
 *
 * @param completion what the model says about it now
 * @param oldLogProbs log pi_old of each token, in nats: of the policy that the step must stay close
 *     to. A constant
 * @param samplerLogProbs log mu of each token, in nats: of the policy that sampled it. A constant
 * @param reward what it was worth
 */
@SuppressWarnings("ArrayRecordComponent") // copied on both sides, compared by content
public record RolloutSample(
    CompletionStatistics completion,
    double[] oldLogProbs,
    double[] samplerLogProbs,
    double reward) {
  public RolloutSample {
    int tokens = completion.tokens();
    if (oldLogProbs.length != tokens || samplerLogProbs.length != tokens) {
      throw new IllegalArgumentException(
          "one log-probability per token expected, but %d tokens had %d of the old policy and %d of the sampler"
              .formatted(tokens, oldLogProbs.length, samplerLogProbs.length));
    }
    Requirements.reward(reward);
    oldLogProbs = oldLogProbs.clone();
    samplerLogProbs = samplerLogProbs.clone();
  }

  @Override
  public double[] oldLogProbs() {
    return oldLogProbs.clone();
  }

  @Override
  public double[] samplerLogProbs() {
    return samplerLogProbs.clone();
  }

  int tokens() {
    return oldLogProbs.length;
  }

  /** log pi - log pi_old of token {@code t}. */
  double logRatio(int t) {
    return completion.value(Statistic.LOG_PROB, t) - oldLogProbs[t];
  }

  /** log pi_old of token {@code t}. */
  double oldLogProb(int t) {
    return oldLogProbs[t];
  }

  /** log pi_old - log mu of token {@code t}. */
  double logOldBySampler(int t) {
    return oldLogProbs[t] - samplerLogProbs[t];
  }

  /** log pi - log mu of token {@code t}. */
  public double logBySampler(int t) {
    return completion.value(Statistic.LOG_PROB, t) - samplerLogProbs[t];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RolloutSample sample
        && completion.equals(sample.completion)
        && reward == sample.reward
        && Arrays.equals(oldLogProbs, sample.oldLogProbs)
        && Arrays.equals(samplerLogProbs, sample.samplerLogProbs);
  }

  @Override
  public int hashCode() {
    return 31 * completion.hashCode() + Arrays.hashCode(samplerLogProbs);
  }

  @Override
  public String toString() {
    return "RolloutSample[completion=%s, oldLogProbs=%s, samplerLogProbs=%s, reward=%s]"
        .formatted(
            completion, Arrays.toString(oldLogProbs), Arrays.toString(samplerLogProbs), reward);
  }
}
