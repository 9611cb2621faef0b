/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.judgement.trust.Standing;

/**
 * How much an annotator's votes count.
 *
 * @param trustPpm from 0 to {@link dev.plumbline.judgement.Trust#FULL_PPM}
 * @param reliabilityPpm how often they are right of two equally likely answers, parts per million
 * @param isQuarantined whether they are set aside on suspicion
 */
record VoteWeight(int trustPpm, int reliabilityPpm, boolean isQuarantined) {
  static VoteWeight of(Standing standing) {
    return new VoteWeight(standing.trustPpm(), standing.reliabilityPpm(), standing.quarantined());
  }
}
