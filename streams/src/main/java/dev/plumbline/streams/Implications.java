/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Keeps the votes on pairs that an annotator's thumbs, ratings and rankings of an item imply: those
 * of the answers that stand, no others. A vote that is implied no more counts no more, but like one
 * that was taken back it still decides when enough was known ({@link Terms}).
 */
final class Implications {
  private final StreamsSettings settings;
  private final Draft draft;

  Implications(StreamsSettings settings, Draft draft) {
    this.settings = settings;
    this.draft = draft;
  }

  /** Casts and takes back what an annotator's answers imply; returns the questions concerned. */
  Set<Question> follow(String itemId, String annotatorId) {
    Map<Question, Map<String, Vote>> now = new LinkedHashMap<>();
    for (ImpliedVote implied : implied(itemId, annotatorId)) {
      now.computeIfAbsent(implied.question(), none -> new LinkedHashMap<>())
          .put(implied.vote().eventId(), implied.vote());
    }
    Set<Question> changed = new LinkedHashSet<>();
    for (Question question : draft.questions(itemId).keySet()) {
      Map<String, Vote> left = now.getOrDefault(question, new LinkedHashMap<>());
      for (Vote vote : draft.votes(question)) {
        if (vote.ground() instanceof Ground.Implied && vote.annotatorId().equals(annotatorId)) {
          Vote implied = left.remove(vote.eventId());
          if (implied == null && !vote.isTakenBack()) {
            draft.add(new Effect.CastVote(question, vote.takenBack()));
            changed.add(question);
          } else if (implied != null && vote.isTakenBack()) {
            cast(question, implied);
            changed.add(question);
          }
        }
      }
    }
    now.forEach(
        (question, votes) -> {
          for (Vote vote : votes.values()) {
            cast(question, vote);
            changed.add(question);
          }
        });
    return changed;
  }

  private void cast(Question question, Vote vote) {
    draft.add(new Effect.CastVote(question, vote));
    long epoch = vote.weighing().epoch();
    if (!draft.trust().isCompleteThrough(epoch - 1)) {
      draft.add(new Effect.AwaitTrust(epoch, new Weighable.OfVotes(question)));
    }
  }

  private List<ImpliedVote> implied(String itemId, String annotatorId) {
    Map<Question.IsDesirable, Vote> thumbs = new LinkedHashMap<>();
    Map<Question.WhichOrder, Vote> rankings = new LinkedHashMap<>();
    Map<Question.HowGood, Vote> ratings = new LinkedHashMap<>();
    for (Question asked : draft.questions(itemId).keySet()) {
      switch (asked) {
        case Question.IsDesirable question -> gather(thumbs, question, annotatorId);
        case Question.WhichOrder question -> gather(rankings, question, annotatorId);
        case Question.HowGood question -> gather(ratings, question, annotatorId);
        case Question.WhichIsBetter pair -> {}
        case Question.WhichSegment pair -> {}
      }
    }
    List<ImpliedVote> all = new ArrayList<>();
    if (settings.kinds().thumbPairs()) {
      all.addAll(ThumbPairs.of(thumbs));
    }
    all.addAll(settings.kinds().rankingPairs().of(rankings));
    all.addAll(RatingPairs.of(ratings));
    return all;
  }

  /** Signals imply nothing: they are no answers. */
  private <Q extends Question> void gather(Map<Q, Vote> answers, Q question, String annotatorId) {
    for (Vote vote : Ballot.of(draft.votes(question)).standing()) {
      if (vote.annotatorId().equals(annotatorId) && vote.ground().isOutright()) {
        answers.put(question, vote);
      }
    }
  }
}
