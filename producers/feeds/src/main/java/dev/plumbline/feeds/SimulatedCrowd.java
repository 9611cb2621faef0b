/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import dev.plumbline.events.Annotator;
import dev.plumbline.events.AnnotatorKind;
import dev.plumbline.events.Answer;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Identity;
import dev.plumbline.events.Statement;
import dev.plumbline.events.Thumb;
import dev.plumbline.feeds.judges.Judgeable;
import dev.plumbline.feeds.judges.Judgeable.Shown;
import dev.plumbline.lm.CounterNoise;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Simulated annotators: who judges a task, and what is said, are functions of the seed, the task
 * and the annotator alone. The same task judged twice gives the same events.
 *
 * <p>Comparing two candidates, an annotator abstains with the abstention rate; else takes the first
 * one unseen with the position bias; else calls a tie where the grades differ by no more than the
 * threshold; else finds the better one with the annotator's reliability.
 *
 * <p>Of a single candidate, an annotator who does not abstain says thumbs up where the grade
 * exceeds the annotator's own threshold, and errs as often as in comparisons.
 *
 * <p>Ranking all candidates, an annotator who does not abstain keeps the order shown with the
 * position bias; else puts candidates whose grades are within the tie threshold of the best of them
 * in one tier, and orders the tiers by Mallows' model around the truth: each is inserted below the
 * better ones and moves up j places with a probability proportional to ((1 - r) / r)^j, r being the
 * reliability. (C. L. Mallows, Non-null ranking models I, Biometrika 44, 1957; insertion as in
 * J.-P. Doignon, A. Pekec, M. Regenwetter, Psychometrika 69, 2004.) With two candidates that is the
 * comparison.
 */
final class SimulatedCrowd {
  /** The source that simulated feedback names. */
  static final String SOURCE = "simulated";

  private static final int ABSTENTION = 0;
  private static final int POSITION = 1;
  private static final int ERROR = 2;
  private static final int THRESHOLD = 3;

  private final AnnotatorSettings settings;
  private final TruthScore truth;

  SimulatedCrowd(AnnotatorSettings settings, TruthScore truth) {
    this.settings = settings;
    this.truth = truth;
  }

  /** What is said of a task by the annotators who are asked. */
  List<FeedbackEvent> judge(Judgeable judgeable, Instant acceptedAt) {
    List<Graded> graded =
        judgeable.candidates().stream()
            .map(shown -> new Graded(shown, truth.score(judgeable.prompt(), shown.text())))
            .toList();
    return IntStream.rangeClosed(1, settings.reliabilities().size())
        .mapToObj(
            number ->
                new Asked(number, Identity.hash("simulated-vote", judgeable.taskId(), id(number))))
        .sorted(Comparator.comparing(Asked::voteId))
        .limit(settings.votesPerTask())
        .flatMap(asked -> say(judgeable, asked, graded))
        .map(said -> event(judgeable, said, acceptedAt))
        .toList();
  }

  /** An annotator by number, with the id of the vote, whose order decides who is asked. */
  private record Asked(int number, String voteId) {}

  /** A candidate with its true grade. */
  private record Graded(Shown shown, double grade) {
    String id() {
      return shown.id();
    }
  }

  /** One thing that an annotator says, with the id of its event. */
  private record Said(Asked by, String eventId, Statement statement) {}

  private Stream<Said> say(Judgeable judgeable, Asked asked, List<Graded> graded) {
    return settings.kinds().stream()
        .flatMap(
            kind ->
                switch (kind) {
                  case COMPARISON -> comparisons(judgeable, asked, graded);
                  case THUMBS -> thumbs(judgeable, asked, graded);
                  case RANKING -> ranking(judgeable, asked, graded);
                });
  }

  /** The comparison of a pair is the task's vote; of more candidates, each pair has its own. */
  private Stream<Said> comparisons(Judgeable judgeable, Asked asked, List<Graded> graded) {
    List<Said> said = new ArrayList<>();
    for (int i = 0; i < graded.size(); i++) {
      for (int j = i + 1; j < graded.size(); j++) {
        Graded first = graded.get(i);
        Graded second = graded.get(j);
        String eventId =
            graded.size() == 2
                ? asked.voteId()
                : eventId("comparison", judgeable, asked, first.id(), second.id());
        double difference = first.grade() - second.grade();
        Answer answer = answer(difference, reliability(asked), eventId);
        said.add(
            new Said(asked, eventId, new Statement.Comparison(first.id(), second.id(), answer)));
      }
    }
    return said.stream();
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

  private Stream<Said> thumbs(Judgeable judgeable, Asked asked, List<Graded> graded) {
    double own = 2 * CounterNoise.uniform(settings.seed(), THRESHOLD, 0, asked.number()) - 1;
    double threshold = settings.thumbsThreshold() + own * settings.thumbsSpread();
    List<Said> said = new ArrayList<>();
    for (Graded candidate : graded) {
      String eventId = eventId("thumbs", judgeable, asked, candidate.id());
      if (uniform(ABSTENTION, eventId) >= settings.abstentionRate()) {
        boolean right = uniform(ERROR, eventId) < reliability(asked);
        Thumb thumb = (candidate.grade() > threshold) == right ? Thumb.UP : Thumb.DOWN;
        said.add(new Said(asked, eventId, new Statement.Thumbs(candidate.id(), thumb)));
      }
    }
    return said.stream();
  }

  private Stream<Said> ranking(Judgeable judgeable, Asked asked, List<Graded> graded) {
    String eventId = eventId("ranking", judgeable, asked);
    if (uniform(ABSTENTION, eventId) < settings.abstentionRate()) {
      return Stream.empty();
    }
    List<Statement.Tier> tiers =
        uniform(POSITION, eventId) < settings.positionBias()
            ? graded.stream().map(shown -> new Statement.Tier(List.of(shown.id()))).toList()
            : misplaced(trueTiers(graded), reliability(asked), eventId);
    return Stream.of(new Said(asked, eventId, new Statement.Ranking(tiers)));
  }

  private List<Statement.Tier> trueTiers(List<Graded> graded) {
    List<Graded> sorted =
        graded.stream().sorted(Comparator.comparingDouble(Graded::grade).reversed()).toList();
    List<Statement.Tier> tiers = new ArrayList<>();
    for (int from = 0; from < sorted.size(); ) {
      double best = sorted.get(from).grade();
      int to = from + 1;
      while (to < sorted.size() && best - sorted.get(to).grade() <= settings.tieThreshold()) {
        to++;
      }
      tiers.add(new Statement.Tier(sorted.subList(from, to).stream().map(Graded::id).toList()));
      from = to;
    }
    return tiers;
  }

  /**
   * Inserts the tiers, best first, each moved up j of i places in proportion to r^(i-j) (1-r)^j.
   */
  private List<Statement.Tier> misplaced(
      List<Statement.Tier> tiers, double reliability, String eventId) {
    List<Statement.Tier> order = new ArrayList<>();
    for (int i = 0; i < tiers.size(); i++) {
      double[] weights = new double[i + 1];
      double total = 0;
      for (int j = 0; j <= i; j++) {
        weights[j] = Math.pow(reliability, i - j) * Math.pow(1 - reliability, j);
        total += weights[j];
      }
      double rest = uniform(ERROR, i, eventId) * total;
      int up = 0;
      while (up < i && rest >= weights[up]) {
        rest -= weights[up];
        up++;
      }
      order.add(i - up, tiers.get(i));
    }
    return List.copyOf(order);
  }

  private FeedbackEvent event(Judgeable judgeable, Said said, Instant acceptedAt) {
    return new FeedbackEvent(
        said.eventId(),
        judgeable.itemId(),
        new Annotator(id(said.by().number()), AnnotatorKind.PROGRAM, true),
        SOURCE,
        acceptedAt,
        null,
        judgeable.taskId(),
        judgeable.criterion(),
        said.statement());
  }

  private static String eventId(
      String kind, Judgeable judgeable, Asked asked, String... candidateIds) {
    Stream<String> about = Stream.of(judgeable.taskId(), id(asked.number()));
    return Identity.hash(
        "simulated-" + kind, Stream.concat(about, Stream.of(candidateIds)).toArray(String[]::new));
  }

  private double reliability(Asked asked) {
    return settings.reliabilities().get(asked.number() - 1);
  }

  private double uniform(int stream, String eventId) {
    return uniform(stream, 0, eventId);
  }

  private double uniform(int stream, int step, String eventId) {
    return CounterNoise.uniform(
        settings.seed(), stream, step, Long.parseUnsignedLong(eventId, 0, 16, 16));
  }

  private static String id(int number) {
    return "simulated-" + number;
  }
}
