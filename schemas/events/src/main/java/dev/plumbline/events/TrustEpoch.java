/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import java.time.Instant;

/**
 * How far an annotator is believed, as of the end of an epoch of accepted time.
 *
 * @param annotatorId the annotator
 * @param epoch the epoch's number
 * @param endsAt its end in accepted time
 * @param agreements judgements that agreed with the consensus of others
 * @param disagreements judgements that did not
 * @param reliabilityPpm probability that a judgement is right, parts per million
 */
public record TrustEpoch(
    String annotatorId,
    long epoch,
    Instant endsAt,
    long agreements,
    long disagreements,
    int reliabilityPpm) {
  public TrustEpoch {
    Limits.requireId("annotatorId", annotatorId);
    Limits.requireProbPpm("reliabilityPpm", reliabilityPpm);
  }
}
