/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import dev.plumbline.alignment.objectives.Requirements;
import java.util.Arrays;

/**
 * A completion that was sampled, in the token ids that were sampled, with its reward.
 *
 * @param completion prompt and completion
 * @param samplerLogProbs log-probability of each completion token under the policy that sampled it,
 *     in nats; before temperature and filters
 * @param reward what it was worth
 * @param attributeLogProbs log C of the completion cut after each number of tokens from 0 on, in
 *     nats: one more than tokens; empty where no controller told
 * @param oldCritic what a critic said before each token, when the version began to learn; empty
 *     where it has not been asked
 */
@SuppressWarnings("ArrayRecordComponent") // copied on both sides, compared by content
public record EncodedRollout(
    EncodedCompletion completion,
    double[] samplerLogProbs,
    double reward,
    double[] attributeLogProbs,
    double[] oldCritic) {
  public EncodedRollout {
    int tokens = completion.row().completionTokens();
    if (samplerLogProbs.length != tokens) {
      throw new IllegalArgumentException(
          "one log-probability per completion token expected, but %d tokens had %d"
              .formatted(tokens, samplerLogProbs.length));
    }
    for (int t = 0; t < tokens; t++) {
      if (!(samplerLogProbs[t] <= 0) || Double.isInfinite(samplerLogProbs[t])) {
        throw new IllegalArgumentException(
            "log-probabilities must be finite and at most 0, but that of token %d was %s"
                .formatted(t, samplerLogProbs[t]));
      }
    }
    Requirements.emptyOr("attribute log-probabilities", attributeLogProbs.length, tokens + 1);
    Requirements.emptyOr("values of a critic", oldCritic.length, tokens);
    Requirements.reward(reward);
    samplerLogProbs = samplerLogProbs.clone();
    attributeLogProbs = attributeLogProbs.clone();
    oldCritic = oldCritic.clone();
  }

  /** A completion that no controller and no critic told of. */
  public EncodedRollout(EncodedCompletion completion, double[] samplerLogProbs, double reward) {
    this(completion, samplerLogProbs, reward, new double[0], new double[0]);
  }

  /** The same with what a critic says of it before anything is learned. */
  EncodedRollout criticised(double[] oldCritic) {
    return new EncodedRollout(completion, samplerLogProbs, reward, attributeLogProbs, oldCritic);
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

  @Override
  public boolean equals(Object other) {
    return other instanceof EncodedRollout rollout
        && completion.equals(rollout.completion)
        && reward == rollout.reward
        && Arrays.equals(samplerLogProbs, rollout.samplerLogProbs)
        && Arrays.equals(attributeLogProbs, rollout.attributeLogProbs)
        && Arrays.equals(oldCritic, rollout.oldCritic);
  }

  @Override
  public int hashCode() {
    return 31 * completion.hashCode() + Arrays.hashCode(samplerLogProbs);
  }

  @Override
  public String toString() {
    return "EncodedRollout[completion=%s, samplerLogProbs=%s, reward=%s, attributeLogProbs=%s, oldCritic=%s]"
        .formatted(
            completion,
            Arrays.toString(samplerLogProbs),
            reward,
            Arrays.toString(attributeLogProbs),
            Arrays.toString(oldCritic));
  }
}
