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
import dev.plumbline.events.Bytes;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Identity;
import dev.plumbline.events.Statement;
import dev.plumbline.events.Statement.Comparison;
import dev.plumbline.events.Statement.Ranking;
import dev.plumbline.events.Statement.Thumbs;
import dev.plumbline.events.Statement.Tier;
import dev.plumbline.events.Thumb;
import dev.plumbline.feeds.judges.Judgeable;
import dev.plumbline.feeds.judges.Judgeable.Origin;
import dev.plumbline.feeds.judges.Judgeable.Shown;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SimulatedCrowdTest {
  private static final TruthScore LENGTH = (prompt, completion) -> completion.length();
  private static final int TASKS = 2000;
  private static final Shown TALL = shown("a", "the longest text");
  private static final Shown MIDDLE = shown("b", "a text");
  private static final Shown SMALL = shown("c", "xx");

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

  /** What was voted before there were other kinds must not be said again with other ids. */
  @Test
  void shouldKeepTheIdsOfVotesOnPairs() {
    List<FeedbackEvent> votes = crowd().judge(task(7, "long text", "short"), ACCEPTED);

    assertThat(votes)
        .extracting(FeedbackEvent::eventId)
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, 5)
                .mapToObj(
                    number -> Identity.hash("simulated-vote", "task-7", "simulated-" + number))
                .sorted()
                .limit(3)
                .toList());
  }

  @Test
  void shouldCompareEveryPairOfMoreCandidates() {
    List<FeedbackEvent> votes =
        crowd("votes_per_task=1").judge(task(1, TALL, MIDDLE, SMALL), ACCEPTED);

    assertThat(votes)
        .extracting(vote -> (Comparison) vote.statement())
        .extracting(Comparison::candidateA, Comparison::candidateB)
        .containsExactly(tuple("a", "b"), tuple("a", "c"), tuple("b", "c"));
    assertThat(votes).extracting(FeedbackEvent::eventId).doesNotHaveDuplicates();
  }

  @Test
  void shouldGiveThumbsByTheGradeAndTheAnnotatorsReliability() {
    SimulatedCrowd crowd =
        crowd(
            "kinds=thumbs",
            "reliabilities=0.8",
            "votes_per_task=1",
            "abstention_rate=0",
            "thumbs_threshold=5.5",
            "thumbs_spread=0");

    assertThat(share(crowd, "sixsix", "sevenses", thumb(Thumb.UP))).isCloseTo(0.8, within(0.03));
    assertThat(share(crowd, "four", "five5", thumb(Thumb.DOWN))).isCloseTo(0.8, within(0.03));
  }

  @Test
  void shouldGiveEveryAnnotatorAThresholdOfTheirOwn() {
    SimulatedCrowd crowd =
        crowd(
            "kinds=thumbs",
            "reliabilities=1,1,1,1,1,1,1,1",
            "votes_per_task=8",
            "abstention_rate=0",
            "thumbs_threshold=5",
            "thumbs_spread=4");

    List<FeedbackEvent> votes = crowd.judge(task(1, "four", "sevenses"), ACCEPTED);
    List<FeedbackEvent> later = crowd.judge(task(2, "four", "sevenses"), ACCEPTED);

    assertThat(votes).hasSize(16);
    assertThat(ups(votes)).isNotEmpty().hasSizeLessThan(16).isEqualTo(ups(later));
  }

  @Test
  void shouldRankAllCandidatesAndTieThoseOfLikeGrades() {
    SimulatedCrowd crowd =
        crowd(
            "kinds=ranking",
            "reliabilities=1",
            "votes_per_task=1",
            "position_bias=0",
            "abstention_rate=0",
            "tie_threshold=1");

    List<FeedbackEvent> votes =
        crowd.judge(task(1, SMALL, TALL, shown("d", "xxx"), MIDDLE), ACCEPTED);

    assertThat(votes)
        .extracting(FeedbackEvent::statement)
        .containsExactly(
            new Ranking(
                List.of(
                    new Tier(List.of("a")), new Tier(List.of("b")), new Tier(List.of("d", "c")))));
  }

  /** Mallows' model with r = 0.8: the truth has 1 / ((1 + f)(1 + f + f^2)) with f = 1/4. */
  @Test
  void shouldMisplaceCandidatesAsOftenAsStated() {
    SimulatedCrowd crowd =
        crowd(
            "kinds=ranking",
            "reliabilities=0.8",
            "votes_per_task=1",
            "position_bias=0",
            "abstention_rate=0");
    var truth = new Ranking(List.of(tier("a"), tier("b"), tier("c")));
    var worst = new Ranking(List.of(tier("c"), tier("b"), tier("a")));
    List<Statement> rankings =
        IntStream.range(0, TASKS)
            .mapToObj(number -> crowd.judge(task(number, MIDDLE, SMALL, TALL), ACCEPTED))
            .map(votes -> votes.getFirst().statement())
            .toList();

    double asTrue = 1 / (1.25 * 1.3125);
    assertThat(Collections.frequency(rankings, truth) / (double) TASKS)
        .isCloseTo(asTrue, within(0.03));
    assertThat(Collections.frequency(rankings, worst) / (double) TASKS)
        .isCloseTo(asTrue / 64, within(0.01));
    assertThat(share(rankingOfTwo(), "longer", "short", first("a"))).isCloseTo(0.8, within(0.03));
  }

  private static SimulatedCrowd rankingOfTwo() {
    return crowd(
        "kinds=ranking",
        "reliabilities=0.8",
        "votes_per_task=1",
        "position_bias=0",
        "abstention_rate=0");
  }

  @Test
  void shouldSayEveryKindThatIsAskedForUnderIdsOfTheirOwn() {
    SimulatedCrowd crowd =
        crowd("kinds=ranking,thumbs,comparison", "votes_per_task=1", "abstention_rate=0");

    List<FeedbackEvent> votes = crowd.judge(task(1, TALL, MIDDLE, SMALL), ACCEPTED);

    assertThat(votes)
        .extracting(vote -> vote.statement().getClass().getSimpleName())
        .containsExactly(
            "Comparison", "Comparison", "Comparison", "Thumbs", "Thumbs", "Thumbs", "Ranking");
    assertThat(votes).extracting(FeedbackEvent::eventId).doesNotHaveDuplicates();
    assertThat(crowd.judge(task(1, TALL, MIDDLE, SMALL), ACCEPTED)).isEqualTo(votes);
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
    return task(number, shown("a", first), shown("b", second));
  }

  private static Judgeable task(int number, Shown... candidates) {
    return new Judgeable(
        "task-" + number,
        "item-" + number,
        "overall",
        "p",
        List.of(candidates),
        new Origin(0, number, Bytes.of(new byte[0])));
  }

  private static Shown shown(String id, String text) {
    return new Shown(id, text, List.of());
  }

  private static Tier tier(String candidateId) {
    return new Tier(List.of(candidateId));
  }

  private static Predicate<FeedbackEvent> first(String candidateId) {
    return vote -> ((Ranking) vote.statement()).tiers().getFirst().equals(tier(candidateId));
  }

  private static Predicate<FeedbackEvent> thumb(Thumb thumb) {
    return vote -> ((Thumbs) vote.statement()).thumb() == thumb;
  }

  private static Set<String> ups(List<FeedbackEvent> votes) {
    return votes.stream()
        .filter(thumb(Thumb.UP))
        .map(vote -> vote.annotator().id() + ((Thumbs) vote.statement()).candidateId())
        .collect(Collectors.toSet());
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
