/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges;

import dev.plumbline.events.Annotator;
import dev.plumbline.events.Answer;
import dev.plumbline.events.Bytes;
import dev.plumbline.events.DeadLetter;
import dev.plumbline.events.DeadLetterReason;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Identity;
import dev.plumbline.events.RewardScore;
import dev.plumbline.events.Statement;
import dev.plumbline.events.Thumb;
import dev.plumbline.events.Topics;
import dev.plumbline.feeds.judges.Opinion.Failure;
import dev.plumbline.feeds.judges.Opinion.Verdict;
import dev.plumbline.feeds.judges.chat.Excerpt;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The records that state a judge's opinion. Their ids are functions of the task, the candidates and
 * the judge; a score of 0.7 against 0.5 is a comparison, a ranking or two thumbs as the settings
 * ask for. What a judge gave no usable answer about is one dead letter per task: the task, whole,
 * with what was answered in its detail.
 */
public final class JudgeRecords {
  /** The source that judges' feedback names. */
  public static final String SOURCE = "judge";

  private static final int MAX_DETAIL_CHARS = 2_000;

  private final JudgeSettings settings;
  private final Annotator judge;

  /**
   * @param judge who judges
   */
  public JudgeRecords(JudgeSettings settings, Judge judge) {
    this.settings = settings;
    this.judge = new Annotator(settings.annotatorId(), judge.kind(), false);
  }

  /** Everything that is to be written of one task. */
  public List<Record> of(Judgeable task, Opinion opinion, Instant acceptedAt) {
    List<Record> records = new ArrayList<>();
    for (JudgeRecord kind : settings.writes()) {
      switch (kind) {
        case REWARD -> records.addAll(rewards(task, opinion, acceptedAt));
        case COMPARISON ->
            comparisons(opinion)
                .forEach(
                    said ->
                        records.add(
                            event(
                                task,
                                acceptedAt,
                                said,
                                "comparison",
                                said.candidateA(),
                                said.candidateB())));
        case THUMBS ->
            thumbs(opinion)
                .forEach(
                    said ->
                        records.add(event(task, acceptedAt, said, "thumbs", said.candidateId())));
        case RANKING -> {
          if (opinion.scores().size() == task.candidates().size()) {
            records.add(event(task, acceptedAt, ranking(opinion), "ranking"));
          }
        }
      }
    }
    if (!opinion.failures().isEmpty()) {
      records.add(deadLetter(task, opinion.failures(), acceptedAt));
    }
    return records;
  }

  private List<RewardScore> rewards(Judgeable task, Opinion opinion, Instant acceptedAt) {
    return opinion.scores().stream()
        .map(
            score ->
                new RewardScore(
                    score.candidateId(),
                    task.itemId(),
                    judge,
                    score.value(),
                    score.spread(),
                    score.prefixes(),
                    acceptedAt))
        .toList();
  }

  /** The verdicts, and those that follow from the scores of every pair. */
  private Stream<Statement.Comparison> comparisons(Opinion opinion) {
    List<Verdict> verdicts = new ArrayList<>(opinion.verdicts());
    List<Score> scores = opinion.scores();
    for (int i = 0; i < scores.size(); i++) {
      for (int j = i + 1; j < scores.size(); j++) {
        Score a = scores.get(i);
        Score b = scores.get(j);
        verdicts.add(new Verdict(a.candidateId(), b.candidateId(), answer(a.value() - b.value())));
      }
    }
    return verdicts.stream()
        .map(
            verdict ->
                new Statement.Comparison(
                    verdict.candidateA(), verdict.candidateB(), verdict.answer()));
  }

  private Answer answer(double difference) {
    if (Math.abs(difference) <= settings.tieThreshold()) {
      return Answer.TIE;
    }
    return difference > 0 ? Answer.A : Answer.B;
  }

  private Stream<Statement.Thumbs> thumbs(Opinion opinion) {
    return opinion.scores().stream()
        .map(
            score ->
                new Statement.Thumbs(
                    score.candidateId(),
                    score.value() > settings.thumbsThreshold() ? Thumb.UP : Thumb.DOWN));
  }

  /** Tiers, best first: whoever is within the threshold of a tier's best is in it. */
  private Statement.Ranking ranking(Opinion opinion) {
    List<Score> sorted =
        opinion.scores().stream()
            .sorted(Comparator.comparingDouble(Score::value).reversed())
            .toList();
    List<Statement.Tier> tiers = new ArrayList<>();
    for (int from = 0; from < sorted.size(); ) {
      double best = sorted.get(from).value();
      int to = from + 1;
      while (to < sorted.size() && best - sorted.get(to).value() <= settings.tieThreshold()) {
        to++;
      }
      tiers.add(
          new Statement.Tier(sorted.subList(from, to).stream().map(Score::candidateId).toList()));
      from = to;
    }
    return new Statement.Ranking(tiers);
  }

  private FeedbackEvent event(
      Judgeable task,
      Instant acceptedAt,
      Statement statement,
      String kind,
      String... candidateIds) {
    String[] about =
        Stream.concat(Stream.of(task.taskId(), judge.id()), Stream.of(candidateIds))
            .toArray(String[]::new);
    return new FeedbackEvent(
        Identity.hash("judge-" + kind, about),
        task.itemId(),
        judge,
        SOURCE,
        acceptedAt,
        null,
        task.taskId(),
        task.criterion(),
        statement);
  }

  private DeadLetter deadLetter(Judgeable task, List<Failure> failures, Instant acceptedAt) {
    String detail =
        failures.stream()
            .map(
                failure ->
                    "%s, but the answer was '%s', about %s"
                        .formatted(failure.reason(), Excerpt.of(failure.raw()), failure.about()))
            .collect(Collectors.joining("; ", judge.id() + ": ", ""));
    return new DeadLetter(
        DeadLetterReason.NO_VERDICT,
        detail.length() <= MAX_DETAIL_CHARS ? detail : detail.substring(0, MAX_DETAIL_CHARS),
        Topics.TASKS.name(),
        task.origin().partition(),
        task.origin().offset(),
        Bytes.of(Topics.TASKS.key().encode(task.itemId())),
        task.origin().value(),
        null,
        acceptedAt);
  }
}
