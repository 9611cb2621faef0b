/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.ComparisonTask;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When a question counts as answered: the least that any of its votes asks for.
 *
 * <p>Superseded votes count as well, a task that has not arrived asks for no quorum, and a time
 * limit never exceeds the wait for the task itself. So whatever becomes known later only lowers
 * quorum and deadline: a question that is ready stays ready, and whether it is ready does not
 * depend on the order in which topics were read.
 *
 * @param quorum standing evidence votes that suffice; {@link Integer#MAX_VALUE} while no vote says
 * @param deadline clock from which the votes at hand suffice; {@link Instant#MAX} without votes
 */
record Terms(int quorum, Instant deadline) {
  /** Terms that are met whatever is known. */
  static final Terms MET = new Terms(0, Instant.MIN);

  static Terms of(
      Question question, Ballot ballot, PreferenceState known, StreamsSettings settings) {
    int defaultQuorum =
        switch (question) {
          case Question.WhichIsBetter pair -> settings.quorum();
          case Question.WhichOrder order -> settings.quorum();
          case Question.WhichSegment pair -> settings.quorum();
          case Question.IsDesirable one -> settings.unpairedQuorum();
          case Question.HowGood one -> Integer.MAX_VALUE;
        };
    Terms terms = new Terms(Integer.MAX_VALUE, Instant.MAX);
    for (Vote vote : ballot.votes()) {
      if (vote.verdict().isEvidence()) {
        terms = terms.and(asked(question, vote, known, settings, defaultQuorum));
      }
    }
    return terms;
  }

  private static Terms asked(
      Question question,
      Vote vote,
      PreferenceState known,
      StreamsSettings settings,
      int quorumOfKind) {
    // Nobody else is asked about a text that somebody has just written.
    int defaultQuorum = vote.ground() instanceof Ground.Edited ? 1 : quorumOfKind;
    String taskId = vote.taskId();
    if (taskId == null) {
      return new Terms(defaultQuorum, vote.acceptedAt().plus(settings.timeLimit()));
    }
    Optional<ComparisonTask> task = known.task(question.itemId(), taskId);
    if (task.isEmpty()) {
      return new Terms(Integer.MAX_VALUE, vote.acceptedAt().plus(settings.referenceWait()));
    }
    int quorum = Optional.ofNullable(task.get().quorum()).orElse(defaultQuorum);
    Duration limit = Optional.ofNullable(task.get().timeLimit()).orElse(settings.timeLimit());
    Duration bounded =
        limit.compareTo(settings.referenceWait()) < 0 ? limit : settings.referenceWait();
    return new Terms(quorum, vote.acceptedAt().plus(bounded));
  }

  private Terms and(Terms other) {
    return new Terms(
        Math.min(quorum, other.quorum),
        deadline.isBefore(other.deadline) ? deadline : other.deadline);
  }

  /** Returns whether enough is known, given what the question remembers and the clock. */
  boolean areMet(int mostEvidence, Instant clock) {
    return mostEvidence >= quorum || !clock.isBefore(deadline);
  }
}
