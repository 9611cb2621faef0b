/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of a question beside its votes.
 *
 * @param phase how far it has come
 * @param mostEvidence the largest number of standing evidence votes it ever had, counted in the
 *     order of the feedback partition whether or not its references had arrived
 * @param revision the last revision emitted; 0 for none
 * @param contentHash hash of the content last emitted
 * @param deadline the deadline that the clock is watched for
 */
record QuestionState(
    Phase phase,
    int mostEvidence,
    int revision,
    @Nullable String contentHash,
    @Nullable Instant deadline) {
  /** A question on which nobody has voted. */
  static final QuestionState NEW = new QuestionState(Phase.LACKING, 0, 0, null, null);
}
