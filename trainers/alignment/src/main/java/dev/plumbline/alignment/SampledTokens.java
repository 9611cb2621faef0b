/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import dev.plumbline.alignment.objectives.Requirements;
import java.util.Arrays;

/**
 * A completion as it was sampled.
 *
 * @param ids of its tokens, the end-of-sequence id included where it was sampled; at least 1
 * @param logProbs of each token under the policy that sampled it, in nats
 * @param reward what it was worth
 * @param promptLevels level of the soft prompt that acted on each token, 0 for none; empty where
 *     none acted on any
 * @param attributeLogProbs log C of the completion cut after each number of tokens from 0 on, in
 *     nats: one more than tokens; empty where no controller told
 */
@SuppressWarnings("ArrayRecordComponent") // copied on both sides, compared by content
public record SampledTokens(
    int[] ids, double[] logProbs, double reward, int[] promptLevels, double[] attributeLogProbs) {
  public SampledTokens {
    if (ids.length == 0 || ids.length != logProbs.length) {
      throw new IllegalArgumentException(
          "a sampled completion needs at least 1 token and one log-probability per token, but %d tokens had %d"
              .formatted(ids.length, logProbs.length));
    }
    Requirements.emptyOr("prompt levels", promptLevels.length, ids.length);
    Requirements.emptyOr("attribute log-probabilities", attributeLogProbs.length, ids.length + 1);
    ids = ids.clone();
    logProbs = logProbs.clone();
    promptLevels = promptLevels.clone();
    attributeLogProbs = attributeLogProbs.clone();
  }

  /** A completion that no prompt and no controller acted on. */
  public SampledTokens(int[] ids, double[] logProbs, double reward) {
    this(ids, logProbs, reward, new int[0], new double[0]);
  }

  @Override
  public int[] ids() {
    return ids.clone();
  }

  @Override
  public double[] logProbs() {
    return logProbs.clone();
  }

  @Override
  public int[] promptLevels() {
    return promptLevels.clone();
  }

  @Override
  public double[] attributeLogProbs() {
    return attributeLogProbs.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SampledTokens sampled
        && reward == sampled.reward
        && Arrays.equals(ids, sampled.ids)
        && Arrays.equals(logProbs, sampled.logProbs)
        && Arrays.equals(promptLevels, sampled.promptLevels)
        && Arrays.equals(attributeLogProbs, sampled.attributeLogProbs);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(ids) + Arrays.hashCode(logProbs);
  }

  @Override
  public String toString() {
    return "SampledTokens[ids=%s, logProbs=%s, reward=%s, promptLevels=%s, attributeLogProbs=%s]"
        .formatted(
            Arrays.toString(ids),
            Arrays.toString(logProbs),
            reward,
            Arrays.toString(promptLevels),
            Arrays.toString(attributeLogProbs));
  }
}
