/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import dev.plumbline.datasets.JudgedRow;
import dev.plumbline.datasets.Judgement;
import dev.plumbline.datasets.Opinion;
import dev.plumbline.events.Annotator;
import dev.plumbline.events.Candidate;
import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.CompletionRef;
import dev.plumbline.events.EditDistance;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Identity;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.Statement;
import dev.plumbline.events.Statement.Mark;
import dev.plumbline.events.Statement.Tier;
import dev.plumbline.events.Text;
import dev.plumbline.events.Thumb;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a judged row is on the topics: its prompt, its candidates as completions, and a feedback
 * event for each judgement. A question is the criterion of what is said in answer to it; one
 * annotator's marks on one candidate are one rating, with the questions as attributes. What is
 * compared or ranked gets a task whose time limit makes streams wait for nobody else.
 *
 * <p>All ids follow from the project's name and from what was said, by whom (the pseudonym) and
 * when: imported twice, it counts once, and an answer that was changed in between supersedes the
 * earlier one. The same prompt is the same item, the same answer to it the same completion.
 */
final class JudgementEvents {
  private static final Duration FOR_NOBODY = Duration.ofSeconds(1);

  private final ImportSettings settings;
  private final String dataset;
  private final UnaryOperator<String> pseudonym;

  JudgementEvents(ImportSettings settings, UnaryOperator<String> pseudonym) {
    this.settings = settings;
    this.dataset = settings.datasetName();
    this.pseudonym = pseudonym;
  }

  /**
   * Returns the records of a row; none where nobody has judged it.
   *
   * @param scale of its ratings
   * @throws IllegalArgumentException saying what is wrong with a text or a mark
   */
  List<Record> of(JudgedRow row, ImportSettings.Scale scale, Instant acceptedAt) {
    if (row.judgements().isEmpty()) {
      return List.of();
    }
    Item item = item(row, acceptedAt);
    List<Record> records = new ArrayList<>();
    records.add(item.prompt());
    records.addAll(item.completions());
    SequencedMap<String, ComparisonTask> tasks = new LinkedHashMap<>();
    List<FeedbackEvent> events = new ArrayList<>();
    SequencedMap<RatedBy, Map<String, Mark>> ratings = new LinkedHashMap<>();
    Map<RatedBy, Judgement> lastRating = new LinkedHashMap<>();
    for (Judgement judgement : inOrder(row.judgements())) {
      String criterion = criterion(judgement);
      switch (judgement.opinion()) {
        case Opinion.Comparison said -> {
          var statement =
              new Statement.Comparison(
                  item.id(said.first()),
                  item.id(said.second()),
                  said.answer(),
                  item.length(said.first()),
                  item.length(said.second()));
          ComparisonTask task =
              task(item, criterion, List.of(said.first(), said.second()), acceptedAt);
          tasks.put(task.taskId(), task);
          events.add(event(item, judgement, criterion, task.taskId(), statement, acceptedAt));
        }
        case Opinion.Ranking said -> {
          List<Tier> tiers =
              said.tiers().stream()
                  .map(tier -> new Tier(tier.stream().map(item::id).sorted().toList()))
                  .toList();
          ComparisonTask task =
              task(
                  item,
                  criterion,
                  said.tiers().stream().flatMap(List::stream).toList(),
                  acceptedAt);
          tasks.put(task.taskId(), task);
          events.add(
              event(
                  item,
                  judgement,
                  criterion,
                  task.taskId(),
                  new Statement.Ranking(tiers),
                  acceptedAt));
        }
        case Opinion.Rating said -> {
          var by = new RatedBy(judgement.annotator(), said.candidate());
          var mark = new Mark(criterion, said.mark(), scale.min(), scale.max());
          ratings.computeIfAbsent(by, unused -> new TreeMap<>()).put(criterion, mark);
          lastRating.put(by, judgement);
        }
        case Opinion.Thumbs said ->
            events.add(
                event(
                    item,
                    judgement,
                    criterion,
                    null,
                    new Statement.Thumbs(
                        item.id(said.candidate()), said.up() ? Thumb.UP : Thumb.DOWN),
                    acceptedAt));
        case Opinion.Correction said ->
            events.add(
                event(
                    item,
                    judgement,
                    FeedbackEvent.OVERALL,
                    null,
                    correction(item, said),
                    acceptedAt));
      }
    }
    ratings.forEach(
        (by, marks) ->
            events.add(
                event(
                    item,
                    lastRating.get(by),
                    FeedbackEvent.OVERALL,
                    null,
                    new Statement.Rating(item.id(by.candidate()), List.copyOf(marks.values())),
                    acceptedAt)));
    records.addAll(tasks.values());
    records.addAll(events);
    return records;
  }

  private record RatedBy(String annotator, int candidate) {}

  /** A prompt with its completions, in the row's order. */
  private record Item(Prompt prompt, List<Completion> completions, List<String> texts) {
    String id(int candidate) {
      return completions.get(candidate).completionId();
    }

    int length(int candidate) {
      return completions.get(candidate).lengthChars();
    }
  }

  private Item item(JudgedRow row, Instant acceptedAt) {
    String prompt = notBlank("the prompt", row.promptText());
    @Nullable String subject = row.subject() == null ? null : pseudonym.apply(row.subject());
    String itemId =
        subject == null
            ? Identity.hash("dataset-prompt", dataset, settings.policy(), prompt)
            : Identity.hash("dataset-prompt", dataset, settings.policy(), prompt, subject);
    List<String> texts = new ArrayList<>();
    List<Completion> completions = new ArrayList<>();
    for (int i = 0; i < row.candidates().size(); i++) {
      String text = notBlank("candidate " + (i + 1), row.candidateText(i));
      texts.add(text);
      completions.add(
          new Completion(
              Identity.hash("import-completion", itemId, text),
              itemId,
              Text.plain(text),
              text.length(),
              null,
              0,
              List.of(),
              List.of(),
              List.of(),
              dataset,
              acceptedAt,
              subject));
    }
    if (new HashSet<>(texts).size() < texts.size()) {
      throw new IllegalArgumentException(
          "two of the %d candidates are equal: there is nothing to compare"
              .formatted(texts.size()));
    }
    return new Item(
        new Prompt(
            itemId,
            settings.policy(),
            Text.plain(prompt),
            prompt.length(),
            dataset,
            acceptedAt,
            subject),
        completions,
        texts);
  }

  private ComparisonTask task(
      Item item, String criterion, List<Integer> candidates, Instant acceptedAt) {
    List<String> ids = candidates.stream().map(item::id).sorted().toList();
    String[] parts =
        Stream.concat(Stream.of(item.prompt().itemId(), criterion), ids.stream())
            .toArray(String[]::new);
    return new ComparisonTask(
        Identity.hash("import-task", parts),
        item.prompt().itemId(),
        settings.policy(),
        ids.stream().<Candidate>map(CompletionRef::new).toList(),
        criterion,
        null,
        FOR_NOBODY,
        dataset,
        acceptedAt);
  }

  private FeedbackEvent event(
      Item item,
      Judgement judgement,
      String criterion,
      @Nullable String taskId,
      Statement statement,
      Instant acceptedAt) {
    var annotator = new Annotator(pseudonym.apply(judgement.annotator()), judgement.kind(), false);
    FeedbackEvent unnamed =
        new FeedbackEvent(
            "import",
            item.prompt().itemId(),
            annotator,
            dataset,
            acceptedAt,
            judgement.saidAt(),
            taskId,
            criterion,
            statement);
    return new FeedbackEvent(
        Identity.hash("import-event", unnamed.contentHash()),
        unnamed.itemId(),
        annotator,
        dataset,
        acceptedAt,
        judgement.saidAt(),
        taskId,
        criterion,
        statement);
  }

  private static Statement.Correction correction(Item item, Opinion.Correction said) {
    String edited = notBlank("the correction", said.edited());
    int distance =
        EditDistance.chars(item.texts().get(said.candidate()), edited)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "the correction differs from its candidate over too long a stretch (%d and %d characters)"
                            .formatted(
                                edited.length(), item.texts().get(said.candidate()).length())));
    return new Statement.Correction(
        item.id(said.candidate()), Text.plain(edited), distance, edited.length());
  }

  private String criterion(Judgement judgement) {
    return judgement.question().equals(settings.overall())
        ? FeedbackEvent.OVERALL
        : judgement.question();
  }

  /** What was said first comes first; where nobody tells when, the file's order stays. */
  private static List<Judgement> inOrder(List<Judgement> judgements) {
    return judgements.stream()
        .sorted(
            Comparator.comparing(
                Judgement::saidAt, Comparator.nullsFirst(Comparator.naturalOrder())))
        .toList();
  }

  private static String notBlank(String what, String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException(what + " is blank");
    }
    return text;
  }
}
