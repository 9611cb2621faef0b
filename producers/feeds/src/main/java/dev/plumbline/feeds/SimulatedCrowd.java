/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import dev.plumbline.events.Annotator;
import dev.plumbline.events.AnnotatorKind;
import dev.plumbline.events.Answer;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Identity;
import dev.plumbline.events.Statement.Comparison;
import dev.plumbline.feeds.TaskJoin.Judgeable;
import dev.plumbline.lm.CounterNoise;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Simulated annotators: who judges a task, and what is answered, are functions of the seed, the
 * task and the annotator alone. The same task judged twice gives the same events.
 *
 * <p>An annotator abstains with the abstention rate; else takes the first candidate unseen with the
 * position bias; else calls a tie where the grades differ by no more than the threshold; else finds
 * the better one with the annotator's reliability.
 */
final class SimulatedCrowd {
  /** The source that simulated feedback names. */
  static final String SOURCE = "simulated";

  private static final int ABSTENTION = 0;
  private static final int POSITION = 1;
  private static final int ERROR = 2;

  private final AnnotatorSettings settings;
  private final TruthScore truth;

  SimulatedCrowd(AnnotatorSettings settings, TruthScore truth) {
    this.settings = settings;
    this.truth = truth;
  }

  /** The votes on a task, one per annotator asked. */
  List<FeedbackEvent> judge(Judgeable judgeable, Instant acceptedAt) {
    double difference =
        truth.score(judgeable.prompt(), judgeable.first())
            - truth.score(judgeable.prompt(), judgeable.second());
    return IntStream.rangeClosed(1, settings.reliabilities().size())
        .mapToObj(
            number ->
                new Asked(number, Identity.hash("simulated-vote", judgeable.taskId(), id(number))))
        .sorted(Comparator.comparing(Asked::eventId))
        .limit(settings.votesPerTask())
        .map(asked -> vote(judgeable, asked, difference, acceptedAt))
        .toList();
  }

  /** An annotator by number, with the id of the vote, whose order decides who is asked. */
  private record Asked(int number, String eventId) {}

  private FeedbackEvent vote(
      Judgeable judgeable, Asked asked, double difference, Instant acceptedAt) {
    double reliability = settings.reliabilities().get(asked.number() - 1);
    return new FeedbackEvent(
        asked.eventId(),
        judgeable.itemId(),
        new Annotator(id(asked.number()), AnnotatorKind.PROGRAM, true),
        SOURCE,
        acceptedAt,
        null,
        judgeable.taskId(),
        judgeable.criterion(),
        new Comparison(
            judgeable.firstId(),
            judgeable.secondId(),
            answer(difference, reliability, asked.eventId())));
  }

  private Answer answer(double difference, double reliability, String eventId) {
    if (uniform(ABSTENTION, eventId) < settings.abstentionRate()) {
      return Answer.CANT_TELL;
    } else if (uniform(POSITION, eventId) < settings.positionBias()) {
      return Answer.A;
    } else if (Math.abs(difference) <= settings.tieThreshold()) {
      return Answer.TIE;
    }
    boolean right = uniform(ERROR, eventId) < reliability;
    return (difference > 0) == right ? Answer.A : Answer.B;
  }

  private double uniform(int stream, String eventId) {
    return CounterNoise.uniform(
        settings.seed(), stream, 0, Long.parseUnsignedLong(eventId, 0, 16, 16));
  }

  private static String id(int number) {
    return "simulated-" + number;
  }
}
