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
 * @param attributeLogProbs log C of the completion cut after each number of tokens from 0 on, in
 *     nats: one more than tokens; empty where no controller told
 * @param oldCritic V_old of each token: what the critic said when the version began to learn from
 *     it. A constant; empty where what it says now is that
 */
@SuppressWarnings("ArrayRecordComponent") // copied on both sides, compared by content
public record RolloutSample(
    CompletionStatistics completion,
    double[] oldLogProbs,
    double[] samplerLogProbs,
    double reward,
    double[] attributeLogProbs,
    double[] oldCritic) {
  public RolloutSample {
    int tokens = completion.tokens();
    if (oldLogProbs.length != tokens || samplerLogProbs.length != tokens) {
      throw new IllegalArgumentException(
          "one log-probability per token expected, but %d tokens had %d of the old policy and %d of the sampler"
              .formatted(tokens, oldLogProbs.length, samplerLogProbs.length));
    }
    Requirements.emptyOr("attribute log-probabilities", attributeLogProbs.length, tokens + 1);
    Requirements.emptyOr("values of the old critic", oldCritic.length, tokens);
    Requirements.reward(reward);
    oldLogProbs = oldLogProbs.clone();
    samplerLogProbs = samplerLogProbs.clone();
    attributeLogProbs = attributeLogProbs.clone();
    oldCritic = oldCritic.clone();
  }

  /** A completion that no controller and no critic told of before. */
  public RolloutSample(
      CompletionStatistics completion,
      double[] oldLogProbs,
      double[] samplerLogProbs,
      double reward) {
    this(completion, oldLogProbs, samplerLogProbs, reward, new double[0], new double[0]);
  }

  @Override
  public double[] oldLogProbs() {
    return oldLogProbs.clone();
  }

  @Override
  public double[] samplerLogProbs() {
    return samplerLogProbs.clone();
  }

  @Override
  public double[] attributeLogProbs() {
    return attributeLogProbs.clone();
  }

  @Override
  public double[] oldCritic() {
    return oldCritic.clone();
  }

  /** V_old of each token; what the critic says now where it said nothing before. */
  double[] criticBefore() {
    return oldCritic.length == 0 ? completion.critic() : oldCritic.clone();
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
        && Arrays.equals(samplerLogProbs, sample.samplerLogProbs)
        && Arrays.equals(attributeLogProbs, sample.attributeLogProbs)
        && Arrays.equals(oldCritic, sample.oldCritic);
  }

  @Override
  public int hashCode() {
    return 31 * completion.hashCode() + Arrays.hashCode(samplerLogProbs);
  }

  @Override
  public String toString() {
    return "RolloutSample[completion=%s, oldLogProbs=%s, samplerLogProbs=%s, reward=%s, attributeLogProbs=%s, oldCritic=%s]"
        .formatted(
            completion,
            Arrays.toString(oldLogProbs),
            Arrays.toString(samplerLogProbs),
            reward,
            Arrays.toString(attributeLogProbs),
            Arrays.toString(oldCritic));
  }
}
