/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import static dev.plumbline.feeds.Cluster.ACCEPTED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.datasets.PreferenceRow;
import dev.plumbline.datasets.Vote;
import dev.plumbline.events.AnnotatorKind;
import dev.plumbline.events.Answer;
import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.Statement.Comparison;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RowEventsTest {
  private final RowEvents events = new RowEvents("demo", "assistant");

  @Test
  void shouldMakePromptCompletionsTaskAndVotesOfOneItem() {
    List<Record> records = events.of(row("1", "p", Answer.A, Answer.TIE, Answer.B), ACCEPTED);

    assertThat(records)
        .extracting(record -> record.getClass().getSimpleName())
        .containsExactly(
            "Prompt",
            "Completion",
            "Completion",
            "ComparisonTask",
            "FeedbackEvent",
            "FeedbackEvent",
            "FeedbackEvent");
    ComparisonTask task = (ComparisonTask) records.get(3);
    assertThat(task.quorum()).isEqualTo(3);
    assertThat(task.itemId()).isEqualTo(((Prompt) records.getFirst()).itemId());
    assertThat(records.subList(4, 7))
        .allSatisfy(
            record -> {
              FeedbackEvent vote = (FeedbackEvent) record;
              assertThat(vote.taskId()).isEqualTo(task.taskId());
              assertThat(vote.annotator().simulated()).isFalse();
              assertThat(vote.source()).isEqualTo("demo");
            });
  }

  @Test
  void shouldSayNothingNewWhenReplayedTwice() {
    PreferenceRow row = row("1", "p", Answer.A, Answer.TIE);

    List<Record> first = events.of(row, ACCEPTED);
    List<Record> second = events.of(row, ACCEPTED.plusSeconds(3600));

    assertThat(ids(second)).isEqualTo(ids(first));
    assertThat(hashes(second)).isEqualTo(hashes(first)).hasSize(2);
  }

  @Test
  void shouldTurnAboutHalfOfTheTasksAndAnswersWithThem() {
    int chosenFirst = 0;
    for (int number = 0; number < 400; number++) {
      List<Record> records = events.of(row(Integer.toString(number), "p", Answer.A), ACCEPTED);
      String chosen = ((Completion) records.get(1)).completionId();
      Comparison vote = (Comparison) ((FeedbackEvent) records.get(4)).statement();
      boolean first = vote.candidateA().equals(chosen);
      chosenFirst += first ? 1 : 0;
      assertThat(vote.answer()).isEqualTo(first ? Answer.A : Answer.B);
    }
    assertThat(chosenFirst).isBetween(160, 240);
  }

  @Test
  void shouldHoldRowsWithTheSamePromptToBeOneItem() {
    Prompt first = (Prompt) events.of(row("1", "same", Answer.A), ACCEPTED).getFirst();
    Prompt second = (Prompt) events.of(row("2", "same", Answer.B), ACCEPTED).getFirst();

    assertThat(second).isEqualTo(first);
  }

  private static PreferenceRow row(String id, String prompt, Answer... answers) {
    List<Vote> votes =
        IntStream.range(0, answers.length)
            .mapToObj(i -> new Vote("demo-annotator" + i, AnnotatorKind.HUMAN, answers[i]))
            .toList();
    return new PreferenceRow(id, 1, prompt, "chosen", "rejected", votes);
  }

  private static List<String> ids(List<Record> records) {
    return records.stream()
        .map(
            record ->
                switch (record) {
                  case Prompt prompt -> prompt.itemId();
                  case Completion completion -> completion.completionId();
                  case ComparisonTask task -> task.taskId();
                  case FeedbackEvent event -> event.eventId();
                  default -> throw new AssertionError(record);
                })
        .toList();
  }

  private static Map<String, String> hashes(List<Record> records) {
    Map<String, String> hashes = new HashMap<>();
    for (Record record : records) {
      if (record instanceof FeedbackEvent event) {
        hashes.put(event.eventId(), event.contentHash());
      }
    }
    return hashes;
  }
}
