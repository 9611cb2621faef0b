/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.judgement.Believed;
import dev.plumbline.judgement.Trust;
import java.time.Instant;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * One annotator's answer to a question, as much of its event as the outcome depends on.
 *
 * @param eventId the event that said it; of an implied vote an id made of its events' ids
 * @param annotatorId who said it
 * @param verdict what was said
 * @param saidAt orders the annotator's own votes
 * @param acceptedAt record time
 * @param taskId the task it answers, if any
 * @param weighing how much it counts
 * @param ground how it came to be given
 * @param isTakenBack whether it counts no more; that it was ever given still decides when enough is
 *     known
 */
record Vote(
    String eventId,
    String annotatorId,
    Verdict verdict,
    Instant saidAt,
    Instant acceptedAt,
    @Nullable String taskId,
    Weighing weighing,
    Ground ground,
    boolean isTakenBack) {
  /**
   * The order in which an annotator's votes supersede each other: what was said outright beats what
   * only follows from something else, and then the later the earlier.
   */
  static final Comparator<Vote> AS_SAID =
      Comparator.comparing((Vote vote) -> vote.ground().isOutright())
          .thenComparing(Vote::saidAt)
          .thenComparing(Vote::eventId);

  /** A vote that was said outright, and not taken back. */
  Vote(
      String eventId,
      String annotatorId,
      Verdict verdict,
      Instant saidAt,
      Instant acceptedAt,
      @Nullable String taskId,
      Weighing weighing) {
    this(
        eventId,
        annotatorId,
        verdict,
        saidAt,
        acceptedAt,
        taskId,
        weighing,
        new Ground.Said(),
        false);
  }

  /** Returns this vote as one that counts no more. */
  Vote takenBack() {
    return new Vote(
        eventId, annotatorId, verdict, saidAt, acceptedAt, taskId, weighing, ground, true);
  }

  /** Returns this vote as it was before it was taken back. */
  Vote restored() {
    return new Vote(
        eventId, annotatorId, verdict, saidAt, acceptedAt, taskId, weighing, ground, false);
  }

  /** Returns this vote, weighed anew. */
  Vote weighed(Weighing anew) {
    return new Vote(
        eventId, annotatorId, verdict, saidAt, acceptedAt, taskId, anew, ground, isTakenBack);
  }

  /** Returns how much it counts: as much as its annotator is trusted, by as much as its ground. */
  int trustPpm() {
    return Math.toIntExact((long) weighing.trustPpm() * ground.trustPpm() / Trust.FULL_PPM);
  }

  /** Returns what it says as a belief takes it. */
  <V> Believed<V> believed(V said) {
    return new Believed<>(said, trustPpm(), weighing.reliabilityPpm());
  }
}
