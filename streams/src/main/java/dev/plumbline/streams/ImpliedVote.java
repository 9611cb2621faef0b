/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.Identity;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What an annotator's answers to other questions say of a pair. */
record ImpliedVote(Question.WhichIsBetter question, Vote vote) {

  /**
   * Returns the vote that one answer, or two together, imply. It was said when the later of them
   * was, answers the task that the later one does, and is weighed as the one that came last.
   *
   * @param gapPpm how much better {@code one} was rated than {@code other}; absent where nothing
   *     was
   * @param verdict as if {@code one} were a
   */
  static ImpliedVote of(
      String itemId,
      String criterion,
      String one,
      String other,
      Verdict.OfPair verdict,
      @Nullable Integer gapPpm,
      List<Vote> answers) {
    boolean mirrored = one.compareTo(other) > 0;
    Integer gap = gapPpm == null || !mirrored ? gapPpm : Integer.valueOf(-gapPpm);
    List<String> eventIds = answers.stream().map(Vote::eventId).sorted().toList();
    Vote later = answers.stream().max(Vote.AS_SAID).orElseThrow();
    Instant acceptedAt =
        answers.stream().map(Vote::acceptedAt).max(Comparator.naturalOrder()).orElseThrow();
    Weighing weighing =
        answers.stream()
            .map(Vote::weighing)
            .max(Comparator.comparingLong(Weighing::epoch))
            .orElseThrow();
    var vote =
        new Vote(
            Identity.hash("implied", eventIds.toArray(String[]::new)),
            later.annotatorId(),
            mirrored ? verdict.mirrored() : verdict,
            later.saidAt(),
            acceptedAt,
            later.taskId(),
            weighing,
            new Ground.Implied(eventIds, gap),
            false);
    return new ImpliedVote(
        new Question.WhichIsBetter(
            itemId, criterion, mirrored ? other : one, mirrored ? one : other),
        vote);
  }

  /** Returns the events that a vote rests on. */
  static Stream<String> eventIds(Vote vote) {
    return vote.ground() instanceof Ground.Implied(List<String> eventIds, Integer gap)
        ? eventIds.stream()
        : Stream.of(vote.eventId());
  }
}
