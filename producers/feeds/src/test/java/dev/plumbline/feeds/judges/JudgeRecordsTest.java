/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges;

import static dev.plumbline.feeds.judges.Tasks.settings;
import static dev.plumbline.feeds.judges.Tasks.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.events.Annotator;
import dev.plumbline.events.AnnotatorKind;
import dev.plumbline.events.Answer;
import dev.plumbline.events.DeadLetter;
import dev.plumbline.events.DeadLetterReason;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.RewardScore;
import dev.plumbline.events.Statement.Comparison;
import dev.plumbline.events.Statement.Ranking;
import dev.plumbline.events.Statement.Thumbs;
import dev.plumbline.events.Statement.Tier;
import dev.plumbline.events.Thumb;
import dev.plumbline.feeds.judges.Opinion.Failure;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class JudgeRecordsTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final Judge PROGRAM = new ProgramJudge((prompt, text) -> text.length());

  @Test
  void shouldWriteARewardForEveryCandidateUnlessSomethingElseIsAskedFor() {
    List<Record> records = records("id=length");

    assertThat(records)
        .containsExactly(
            new RewardScore("c0", "item", program("length"), 3, null, NOW),
            new RewardScore("c1", "item", program("length"), 5, null, NOW),
            new RewardScore("c2", "item", program("length"), 3, null, NOW));
  }

  @Test
  void shouldSayTheSameByComparisonsThumbsAndRankingAsTheScoresDo() {
    List<Record> records =
        records("writes=ranking,comparison,thumbs", "thumbs_threshold=4", "tie_threshold=0.5");

    assertThat(records)
        .extracting(record -> ((FeedbackEvent) record).statement())
        .containsExactly(
            new Comparison("c0", "c1", Answer.B),
            new Comparison("c0", "c2", Answer.TIE),
            new Comparison("c1", "c2", Answer.A),
            new Thumbs("c0", Thumb.DOWN),
            new Thumbs("c1", Thumb.UP),
            new Thumbs("c2", Thumb.DOWN),
            new Ranking(List.of(new Tier(List.of("c1")), new Tier(List.of("c0", "c2")))));
    assertThat(records)
        .allSatisfy(
            record -> {
              FeedbackEvent event = (FeedbackEvent) record;
              assertThat(event.annotator()).isEqualTo(program("judge-program"));
              assertThat(event.source()).isEqualTo("judge");
              assertThat(event.taskId()).isEqualTo("task");
            })
        .extracting(record -> ((FeedbackEvent) record).eventId())
        .doesNotHaveDuplicates();
  }

  @Test
  void shouldNameTheSameEventAlikeInEveryRunAndOtherwiseForEveryJudge() {
    assertThat(records("writes=comparison")).isEqualTo(records("writes=comparison"));
    assertThat(ids(records("writes=comparison", "id=one")))
        .doesNotContainAnyElementsOf(ids(records("writes=comparison", "id=other")));
  }

  @Test
  void shouldSetTheTaskAsideWithWhatWasAnsweredAndWriteTheRest() {
    Opinion opinion =
        new Opinion(
            List.of(Score.of("c0", 1)),
            List.of(),
            List.of(new Failure("c1", "expected a number from 1 to 10", "x".repeat(5_000))));

    List<Record> records =
        new JudgeRecords(settings("writes=reward,ranking"), PROGRAM)
            .of(task("a", "b"), opinion, NOW);

    assertThat(records).hasSize(2);
    assertThat(records.getFirst()).isInstanceOf(RewardScore.class);
    DeadLetter letter = (DeadLetter) records.getLast();
    assertThat(letter.reason()).isEqualTo(DeadLetterReason.NO_VERDICT);
    assertThat(letter.detail())
        .startsWith("judge-program: expected a number from 1 to 10, but the answer was 'xxx")
        .endsWith("x ...', about c1")
        .hasSizeLessThan(2_001);
    assertThat(letter.topic()).isEqualTo("tasks");
    assertThat(letter.partition()).isEqualTo(1);
    assertThat(letter.offset()).isEqualTo(7);
    assertThat(letter.original()).isEqualTo(Tasks.ORIGIN.value());
  }

  @Test
  void shouldRefuseSettingsThatCanNotBeMeant() {
    assertThatThrownBy(() -> settings("kind=chat"))
        .hasMessageContaining("chat.model is required for kind chat");
    assertThatThrownBy(() -> settings("kind=chat", "chat.model=m", "writes=reward"))
        .hasMessageContaining("writes was [reward]; question.kind=score gives scores");
    assertThatThrownBy(() -> settings("kind=reward_model"))
        .hasMessageContaining("directory is required for kind reward_model");
    assertThat(settings("kind=chat", "chat.model=qwen").annotatorId()).isEqualTo("judge-chat-qwen");
    assertThat(settings("kind=chat", "chat.model=m").writes())
        .containsExactly(JudgeRecord.COMPARISON);
    assertThat(settings("kind=chat", "chat.model=m", "question.kind=score").writes())
        .containsExactly(JudgeRecord.REWARD);
    assertThatThrownBy(() -> settings("chat.base_url=localhost:8000"))
        .hasMessageContaining("base_url must be an http or https address");
    assertThatThrownBy(() -> settings("chat.base_url=http://me:secret@host/v1"))
        .hasMessageContaining("base_url must be an http or https address")
        .hasMessageNotContaining("secret");
  }

  private static List<Record> records(String... assignments) {
    Judgeable task = task("one", "three", "two");
    return new JudgeRecords(settings(assignments), PROGRAM)
        .of(task, PROGRAM.judge(List.of(task)).join().getFirst(), NOW);
  }

  private static List<String> ids(List<Record> records) {
    return records.stream().map(record -> ((FeedbackEvent) record).eventId()).toList();
  }

  private static Annotator program(String id) {
    return new Annotator(id, AnnotatorKind.PROGRAM, false);
  }
}
