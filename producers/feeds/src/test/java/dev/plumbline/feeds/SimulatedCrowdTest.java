/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import static dev.plumbline.feeds.Cluster.ACCEPTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.base.settings.InvalidSettingsException;
import dev.plumbline.events.AnnotatorKind;
import dev.plumbline.events.Answer;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Statement.Comparison;
import dev.plumbline.feeds.TaskJoin.Judgeable;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SimulatedCrowdTest {
  private static final TruthScore LENGTH = (prompt, completion) -> completion.length();
  private static final int TASKS = 2000;

  @Test
  void shouldGiveTheSameVotesOnTheSameTask() {
    SimulatedCrowd crowd = crowd();

    List<FeedbackEvent> once = crowd.judge(task(7, "long text", "short"), ACCEPTED);
    List<FeedbackEvent> again =
        crowd().judge(task(7, "long text", "short"), ACCEPTED.plusSeconds(60));

    assertThat(again)
        .extracting(FeedbackEvent::eventId, FeedbackEvent::contentHash)
        .isEqualTo(once.stream().map(vote -> tuple(vote.eventId(), vote.contentHash())).toList());
  }

  @Test
  void shouldMarkEveryVoteAsSimulated() {
    assertThat(crowd().judge(task(1, "aa", "b"), ACCEPTED))
        .hasSize(3)
        .allSatisfy(
            vote -> {
              assertThat(vote.annotator().simulated()).isTrue();
              assertThat(vote.annotator().kind()).isEqualTo(AnnotatorKind.PROGRAM);
              assertThat(vote.annotator().id()).matches("simulated-[1-5]");
              assertThat(vote.source()).isEqualTo("simulated");
            })
        .extracting(vote -> vote.annotator().id())
        .doesNotHaveDuplicates();
  }

  @Test
  void shouldShareTheTasksAmongAllAnnotators() {
    for (int number = 1; number <= 5; number++) {
      String id = "simulated-" + number;
      assertThat(share(crowd(), "aa", "b", vote -> vote.annotator().id().equals(id)))
          .isCloseTo(1 / 5.0, within(0.03));
    }
  }

  @Test
  void shouldFindTheBetterOneAsOftenAsStated() {
    SimulatedCrowd crowd =
        crowd("reliabilities=0.8", "votes_per_task=1", "position_bias=0", "abstention_rate=0");

    assertThat(share(crowd, "longer", "short", answered(Answer.A))).isCloseTo(0.8, within(0.03));
    assertThat(share(crowd, "short", "longer", answered(Answer.B))).isCloseTo(0.8, within(0.03));
  }

  @Test
  void shouldTakeTheFirstUnseenAsOftenAsStated() {
    SimulatedCrowd crowd =
        crowd("reliabilities=1", "votes_per_task=1", "position_bias=0.3", "abstention_rate=0");

    assertThat(share(crowd, "short", "longer", answered(Answer.A))).isCloseTo(0.3, within(0.03));
    assertThat(share(crowd, "longer", "short", answered(Answer.A))).isEqualTo(1);
  }

  @Test
  void shouldCallATieWithinTheThresholdAndAbstainAsOftenAsStated() {
    SimulatedCrowd crowd =
        crowd(
            "reliabilities=0.6",
            "votes_per_task=1",
            "position_bias=0",
            "abstention_rate=0.1",
            "tie_threshold=1");

    assertThat(share(crowd, "four", "fives", answered(Answer.TIE))).isCloseTo(0.9, within(0.03));
    assertThat(share(crowd, "four", "fives", answered(Answer.CANT_TELL)))
        .isCloseTo(0.1, within(0.03));
    assertThat(share(crowd, "four", "sixsix", answered(Answer.TIE))).isZero();
  }

  @Test
  void shouldRefuseMoreVotesPerTaskThanAnnotators() {
    assertThatThrownBy(() -> crowd("votes_per_task=6"))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("votes_per_task must be at most the number of annotators (5)");
  }

  private static SimulatedCrowd crowd(String... settings) {
    return new SimulatedCrowd(Fixtures.settings(AnnotatorSettings.class, settings), LENGTH);
  }

  private static Judgeable task(int number, String first, String second) {
    return new Judgeable(
        "task-" + number, "item-" + number, "overall", "p", "a", first, "b", second);
  }

  private static Predicate<FeedbackEvent> answered(Answer answer) {
    return vote -> ((Comparison) vote.statement()).answer() == answer;
  }

  private static double share(
      SimulatedCrowd crowd, String first, String second, Predicate<FeedbackEvent> meant) {
    return IntStream.range(0, TASKS)
        .mapToObj(number -> crowd.judge(task(number, first, second), ACCEPTED))
        .flatMap(List::stream)
        .mapToInt(vote -> meant.test(vote) ? 1 : 0)
        .average()
        .orElseThrow();
  }
}
