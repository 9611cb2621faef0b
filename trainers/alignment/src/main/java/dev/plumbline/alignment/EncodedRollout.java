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
 */
@SuppressWarnings("ArrayRecordComponent") // copied on both sides, compared by content
public record EncodedRollout(
    EncodedCompletion completion, double[] samplerLogProbs, double reward) {
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
    Requirements.reward(reward);
    samplerLogProbs = samplerLogProbs.clone();
  }

  @Override
  public double[] samplerLogProbs() {
    return samplerLogProbs.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EncodedRollout rollout
        && completion.equals(rollout.completion)
        && reward == rollout.reward
        && Arrays.equals(samplerLogProbs, rollout.samplerLogProbs);
  }

  @Override
  public int hashCode() {
    return 31 * completion.hashCode() + Arrays.hashCode(samplerLogProbs);
  }

  @Override
  public String toString() {
    return "EncodedRollout[completion=%s, samplerLogProbs=%s, reward=%s]"
        .formatted(completion, Arrays.toString(samplerLogProbs), reward);
  }
}
