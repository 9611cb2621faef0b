/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * All votes ever given on one question, those taken back included. Everything it says depends on
 * the set of votes alone.
 */
final class Ballot {
  private final List<Vote> votes;
  private final Map<String, Vote> latest = new HashMap<>();
  private final List<Vote> standing = new ArrayList<>();
  private final List<Vote> answers = new ArrayList<>();

  private Ballot(Collection<Vote> votes) {
    List<Vote> sorted = new ArrayList<>(votes);
    sorted.sort(Comparator.comparing(Vote::eventId));
    this.votes = List.copyOf(sorted);
    for (Vote vote : this.votes) {
      if (vote.isTakenBack()) {
        continue;
      }
      latest.merge(
          vote.annotatorId(),
          vote,
          (one, other) -> Vote.AS_SAID.compare(one, other) > 0 ? one : other);
    }
    for (Vote vote : this.votes) {
      if (stands(vote)) {
        standing.add(vote);
        if (vote.verdict().isEvidence()) {
          answers.add(vote);
        }
      }
    }
  }

  static Ballot of(Collection<Vote> votes) {
    return new Ballot(votes);
  }

  /** Returns this ballot with a vote, in place of an earlier one of the same event. */
  Ballot with(Vote vote) {
    List<Vote> all = new ArrayList<>(votes);
    all.removeIf(known -> known.eventId().equals(vote.eventId()));
    all.add(vote);
    return new Ballot(all);
  }

  /** Returns all votes, by event id. */
  List<Vote> votes() {
    return votes;
  }

  /** Returns whether the vote is its annotator's last word on the question. */
  boolean stands(Vote vote) {
    return vote.equals(latest.get(vote.annotatorId()));
  }

  /** Returns each annotator's last word, by event id. */
  List<Vote> standing() {
    return Collections.unmodifiableList(standing);
  }

  /** Returns the standing votes that answer the question, whatever they count, by event id. */
  List<Vote> answers() {
    return Collections.unmodifiableList(answers);
  }

  /** Returns the answers that count something, by event id. */
  List<Vote> evidence() {
    return answers.stream().filter(vote -> vote.weighing().counts()).toList();
  }

  /** Returns this ballot with the same votes, none of which is evidence. */
  Ballot withoutEvidence() {
    return mapped(vote -> vote.weighed(vote.weighing().withoutTrust()));
  }

  /** Returns this ballot with every vote as {@code change} has it. */
  Ballot mapped(UnaryOperator<Vote> change) {
    return new Ballot(votes.stream().map(change).toList());
  }

  /** Returns the vote of the same annotator that would stand without {@code vote}. */
  Optional<Vote> before(Vote vote) {
    return votes.stream()
        .filter(other -> other.annotatorId().equals(vote.annotatorId()))
        .filter(other -> !other.isTakenBack())
        .filter(other -> Vote.AS_SAID.compare(other, vote) < 0)
        .max(Vote.AS_SAID);
  }

  /** Returns the largest record time. */
  Instant newestAcceptedAt() {
    return votes.stream().map(Vote::acceptedAt).max(Comparator.naturalOrder()).orElseThrow();
  }
}
