/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import java.util.Arrays;

/**
 * A completion as it was sampled.
 *
 * @param ids of its tokens, the end-of-sequence id included where it was sampled; at least 1
 * @param logProbs of each token under the policy that sampled it, in nats
 * @param reward what it was worth
 */
@SuppressWarnings("ArrayRecordComponent") // copied on both sides, compared by content
public record SampledTokens(int[] ids, double[] logProbs, double reward) {
  public SampledTokens {
    if (ids.length == 0 || ids.length != logProbs.length) {
      throw new IllegalArgumentException(
          "a sampled completion needs at least 1 token and one log-probability per token, but %d tokens had %d"
              .formatted(ids.length, logProbs.length));
    }
    ids = ids.clone();
    logProbs = logProbs.clone();
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
  public boolean equals(Object other) {
    return other instanceof SampledTokens sampled
        && reward == sampled.reward
        && Arrays.equals(ids, sampled.ids)
        && Arrays.equals(logProbs, sampled.logProbs);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(ids) + Arrays.hashCode(logProbs);
  }

  @Override
  public String toString() {
    return "SampledTokens[ids=%s, logProbs=%s, reward=%s]"
        .formatted(Arrays.toString(ids), Arrays.toString(logProbs), reward);
  }
}
