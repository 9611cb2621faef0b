/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import java.time.Instant;
import java.util.Comparator;

/**
 * One annotator's mark on a span of a candidate, as much of its event as examples depend on.
 *
 * @param eventId the event that said it
 * @param about who marked what
 * @param strengthPpm how good the span is, parts per million: -1000000 (bad) to 1000000 (good)
 * @param saidAt orders the annotator's own marks
 * @param acceptedAt record time
 * @param weighing how much it counts
 */
record SpanMark(
    String eventId,
    About about,
    int strengthPpm,
    Instant saidAt,
    Instant acceptedAt,
    Weighing weighing) {
  /** The order in which an annotator's later mark supersedes the earlier. */
  static final Comparator<SpanMark> AS_SAID =
      Comparator.comparing(SpanMark::saidAt).thenComparing(SpanMark::eventId);

  /**
   * Who marked what: of all marks that agree in this, the last one said stands.
   *
   * @param annotatorId who marked it
   * @param candidateId the candidate
   * @param criterion what was asked
   * @param startChar first character of the span
   * @param endChar first character after it
   * @param label what is said of the span
   */
  record About(
      String annotatorId,
      String candidateId,
      String criterion,
      int startChar,
      int endChar,
      String label) {}

  /** Returns the same mark, weighed anew. */
  SpanMark weighed(Weighing anew) {
    return new SpanMark(eventId, about, strengthPpm, saidAt, acceptedAt, anew);
  }
}
