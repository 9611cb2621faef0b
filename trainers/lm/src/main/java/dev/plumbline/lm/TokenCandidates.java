/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import java.util.Arrays;

/**
 * The most probable next tokens of a row.
 *
 * @param ids by falling probability
 * @param logProbs log pi of each at the level that acts, in nats, before temperature and filters
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, compared by content
public record TokenCandidates(int[] ids, double[] logProbs) {

  public TokenCandidates {
    if (ids.length != logProbs.length) {
      throw new IllegalArgumentException(
          "one log-probability per candidate expected, but %d candidates had %d"
              .formatted(ids.length, logProbs.length));
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TokenCandidates that
        && Arrays.equals(ids, that.ids)
        && Arrays.equals(logProbs, that.logProbs);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(ids) + Arrays.hashCode(logProbs);
  }

  @Override
  public String toString() {
    return "TokenCandidates[ids=%s, logProbs=%s]"
        .formatted(Arrays.toString(ids), Arrays.toString(logProbs));
  }
}
