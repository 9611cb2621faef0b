/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import java.util.Arrays;

/**
 * A completion drawn from the policy.
 *
 * @param ids of the completion; the last one is the end-of-sequence token when it finished with
 *     {@link FinishReason#STOP}
 * @param logProbs per id, in nats, of the policy itself: before temperature and filters
 * @param finishReason why it ended
 */
@SuppressWarnings("ArrayRecordComponent") // copied on both sides, compared by content
public record SampledCompletion(int[] ids, double[] logProbs, FinishReason finishReason) {

  public SampledCompletion {
    if (ids.length != logProbs.length) {
      throw new IllegalArgumentException(
          "one log-probability per id expected, but %d ids had %d"
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
    return other instanceof SampledCompletion that
        && Arrays.equals(ids, that.ids)
        && Arrays.equals(logProbs, that.logProbs)
        && finishReason == that.finishReason;
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(ids) + Arrays.hashCode(logProbs);
  }

  @Override
  public String toString() {
    return "SampledCompletion[ids=%s, logProbs=%s, finishReason=%s]"
        .formatted(Arrays.toString(ids), Arrays.toString(logProbs), finishReason);
  }
}
