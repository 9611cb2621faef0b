/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The dispositions of events that answer one question and imply votes on others: part of an
 * example, if any of their votes is; else what became of the answer itself.
 */
final class SharedEvents {
  private SharedEvents() {}

  /** Returns whether the events behind a vote on a question can have votes on others. */
  static boolean has(Question question, Vote vote) {
    return switch (question) {
      case Question.WhichIsBetter pair -> vote.ground() instanceof Ground.Implied;
      case Question.WhichSegment pair -> false;
      case Question.WhichOrder order -> true;
      case Question.IsDesirable one -> true;
      case Question.HowGood one -> true;
    };
  }

  /** Brings the dispositions of all such events of an item up to date. */
  static void settle(StreamsSettings settings, Draft draft, String itemId) {
    Map<String, Disposition> own = new LinkedHashMap<>();
    Set<String> inExamples = new HashSet<>();
    draft
        .questions(itemId)
        .forEach(
            (question, state) -> {
              var settlement = Settlement.of(settings, draft, question, state);
              for (Vote vote : draft.votes(question)) {
                if (!vote.isTakenBack() && has(question, vote)) {
                  Disposition disposition = settlement.disposition(vote);
                  if (disposition.equals(Disposition.inExample(itemId))) {
                    ImpliedVote.eventIds(vote).forEach(inExamples::add);
                  }
                  if (!(vote.ground() instanceof Ground.Implied)) {
                    own.put(vote.eventId(), disposition);
                  }
                }
              }
            });
    own.forEach(
        (eventId, ofAnswer) -> {
          Disposition next =
              inExamples.contains(eventId) ? Disposition.inExample(itemId) : ofAnswer;
          draft
              .identified(itemId, eventId)
              .filter(event -> !event.disposition().equals(next))
              .ifPresent(
                  event -> draft.add(new Effect.Identify(itemId, eventId, event.movedTo(next))));
        });
  }
}
