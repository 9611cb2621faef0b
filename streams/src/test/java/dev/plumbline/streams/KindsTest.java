/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import static dev.plumbline.streams.Fixtures.DAY;
import static dev.plumbline.streams.Fixtures.HOUR;
import static dev.plumbline.streams.Fixtures.completion;
import static dev.plumbline.streams.Fixtures.ranking;
import static dev.plumbline.streams.Fixtures.said;
import static dev.plumbline.streams.Fixtures.vote;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.events.Answer;
import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.DeadLetterReason;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Identity;
import dev.plumbline.events.PreferencePair;
import dev.plumbline.events.Statement;
import dev.plumbline.events.Text;
import dev.plumbline.events.Thumb;
import dev.plumbline.events.TrajectorySegment;
import dev.plumbline.events.UnpairedExample;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What each kind of feedback comes to beside an example of its own. */
class KindsTest {
  private static final Disposition IN_EVIDENCE = new Disposition.InEvidence();
  private PreferenceDriver driver;

  @BeforeEach
  void start(@TempDir Path stateDir) {
    driver =
        PreferenceDriver.start(
            Fixtures.with(
                new KindSettings(
                    List.of("operator"),
                    true,
                    RankingPairs.ALL,
                    List.of("copied=up:0.3", "regenerated=down:0.5"))),
            Fixtures.LAYOUT,
            stateDir);
    driver.sendReferences("i");
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void shouldMakeAPairOfAThumbUpAndAThumbDownOfTheSameAnnotator() {
    driver.send(thumb("t1", "ann", "a", Thumb.UP, 1), thumb("t2", "bob", "b", Thumb.DOWN, 2));
    assertThat(pairs()).isEmpty();
    driver.send(thumb("t3", "ann", "b", Thumb.DOWN, 3));
    driver.send(thumb("t4", "bob", "a", Thumb.UP, 4));

    assertThat(lastPair().probABetterPpm()).isEqualTo(1_000_000);
    assertThat(lastPair().evidence().eventIds()).containsExactly("t1", "t2", "t3", "t4");

    driver.send(thumb("t5", "bob", "b", Thumb.UP, 5));
    assertThat(lastPair().evidence().eventIds()).containsExactly("t1", "t3");
    assertThat(driver.disposition("i", "t2")).isEqualTo(new Disposition.Superseded());

    driver.send(retraction("r", "ann", "t1", 6));
    assertThat(lastPair().evidence().isWithdrawn()).isTrue();
    assertThat(driver.disposition("i", "t3")).isEqualTo(IN_EVIDENCE);
  }

  @Test
  void shouldLetADirectComparisonBeatWhatTheAnnotatorsThumbsImply() {
    driver.send(vote("e1", "ann", Answer.B, 0), vote("e2", "bob", Answer.B, 1));
    driver.send(thumb("t1", "ann", "a", Thumb.UP, 2), thumb("t2", "ann", "b", Thumb.DOWN, 3));

    assertThat(lastPair().probABetterPpm()).isZero();
    assertThat(lastPair().evidence().eventIds()).containsExactly("e1", "e2");

    driver.send(retraction("r", "ann", "e1", 4));
    assertThat(lastPair().probABetterPpm()).isEqualTo(500_000);
    assertThat(lastPair().evidence().eventIds()).containsExactly("e2", "t1", "t2");
  }

  @Test
  void shouldOfferEveryPairOfARankingWithTiesAsTies() {
    driver.send(completion("i", "c"));
    driver.send(ranking("e1", "ann", "a>b=c", 1), ranking("e2", "bob", "a>b=c", 2));

    assertThat(pairs())
        .extracting(pair -> pair.a().candidateId() + pair.b().candidateId())
        .containsExactlyInAnyOrder("ab", "ac", "bc");
    assertThat(pairs())
        .extracting(pair -> pair.probABetterPpm() + "/" + pair.probTiePpm())
        .containsExactlyInAnyOrder("1000000/0", "1000000/0", "0/1000000");
  }

  @Test
  void shouldOfferNeighbouringTiersOnlyWhereSetSo() {
    var vote =
        new Vote(
            "e",
            "ann",
            order(0, 1, 2, 2),
            Fixtures.START,
            Fixtures.START,
            null,
            Weighing.BEFORE_EPOCHS);
    var asked = new Question.WhichOrder("i", "overall", List.of("a", "b", "c", "d"));

    assertThat(RankingPairs.NONE.of(Map.of(asked, vote))).isEmpty();
    assertThat(RankingPairs.ADJACENT.of(Map.of(asked, vote)))
        .extracting(implied -> implied.question().a() + implied.question().b())
        .containsExactly("ab", "bc", "bd", "cd");
    assertThat(RankingPairs.ALL.of(Map.of(asked, vote))).hasSize(6);
  }

  @Test
  void shouldCompareTwoRatingsOfOneAnnotatorAttributeByAttribute() {
    driver.send(rating("e1", "ann", "a", 1, mark("tone", 4, 1, 5), mark("truth", 3, 1, 5)));
    assertThat(driver.disposition("i", "e1")).isEqualTo(new Disposition.Waiting());
    driver.send(rating("e2", "ann", "b", 2, mark("tone", 2, 1, 5), mark("truth", 4, 1, 5)));
    // Half as strict, and on another scale: neither the offset nor the scale matters.
    driver.send(rating("e3", "bob", "a", 3, mark("tone", 9, 0, 10)));
    driver.send(rating("e4", "bob", "b", 4, mark("tone", 4, 0, 10)));
    driver.tick(HOUR + 10);

    assertThat(pair("tone").probABetterPpm()).isEqualTo(1_000_000);
    assertThat(pair("tone").marginPpm()).isEqualTo(500_000);
    assertThat(pair("truth").probABetterPpm()).isZero();
    assertThat(pair("truth").marginPpm()).isEqualTo(-250_000);
    assertThat(pair("overall").marginPpm()).isEqualTo((125_000 + 500_000) / 2);
    assertThat(driver.disposition("i", "e1")).isEqualTo(IN_EVIDENCE);
    assertThat(driver.disposition("i", "e2")).isEqualTo(IN_EVIDENCE);
  }

  @Test
  void shouldRefuseARatingThatMarksNothingOrAnAttributeTwice() {
    driver.send(rating("e1", "ann", "a", 1));
    driver.send(rating("e2", "ann", "a", 2, mark("tone", 1, 1, 5), mark("tone", 2, 1, 5)));

    var invalid = new Disposition.DeadLettered(DeadLetterReason.INVALID_RATING);
    assertThat(driver.disposition("i", "e1")).isEqualTo(invalid);
    assertThat(driver.disposition("i", "e2")).isEqualTo(invalid);
  }

  @Test
  void shouldMakeACandidateOfACorrectionAndPreferItAtOnce() {
    FeedbackEvent event = correction("e1", 3, 8, 8);
    driver.send(event);

    String id = Identity.correctionId("i", "e1");
    assertThat(lastPair().chosen().candidateId()).isEqualTo(id);
    assertThat(lastPair().chosen().text()).isEqualTo(Text.plain("A better text"));
    assertThat(lastPair().rejected().candidateId()).isEqualTo("a");

    driver.send(said("i", "e2", "bob", 2, new Statement.Thumbs(id, Thumb.UP), null));
    assertThat(driver.examples().getLast()).isInstanceOf(UnpairedExample.class);

    driver.send(retraction("r", "ann", "e1", 3));
    assertThat(lastPair().evidence().isWithdrawn()).isTrue();
    assertThat(driver.disposition("i", "e1")).isEqualTo(new Disposition.Retracted());
    assertThat(driver.disposition("i", "e2")).isEqualTo(new Disposition.Retracted());
  }

  @Test
  void shouldLetWhoWroteACorrectionTakeItsCandidateBack() {
    driver.send(correction("e1", 3, 8, 8));
    var candidate = new Statement.OneCandidate(Identity.correctionId("i", "e1"));
    driver.send(said("i", "r", "ann", 2, new Statement.Retraction(candidate), null));

    assertThat(lastPair().evidence().isWithdrawn()).isTrue();
    assertThat(driver.disposition("i", "e1")).isEqualTo(new Disposition.Retracted());
  }

  @Test
  void shouldIgnoreEditsThatChangeNextToNothingOrNextToAll() {
    driver.send(correction("e1", 1, 100, 100), correction("e2", 91, 100, 100));
    driver.send(correction("e3", 2, 100, 100), correction("e4", 90, 100, 100));
    driver.send(correction("e5", 101, 100, 100), correction("e6", 10, 100, 120));

    var ignored = new Disposition.NoExample(Disposition.Cause.EDIT_DISTANCE);
    var impossible = new Disposition.DeadLettered(DeadLetterReason.INVALID_CORRECTION);
    assertThat(Stream.of("e1", "e2", "e3", "e4", "e5", "e6").map(id -> driver.disposition("i", id)))
        .containsExactly(ignored, ignored, IN_EVIDENCE, IN_EVIDENCE, impossible, impossible);
  }

  @Test
  void shouldPairSegmentsUnderTheTasksPolicyWithoutAnyPromptOrCompletion() {
    driver.send(segments("e1", "ann", Answer.A, 1), segments("e2", "bob", Answer.A, 2));
    assertThat(driver.disposition("task-2", "e1")).isEqualTo(new Disposition.Waiting());
    driver.send(segmentTask("robot"));

    PreferencePair pair = driver.onlyPair();
    assertThat(pair.policy()).isEqualTo("robot");
    assertThat(pair.a().segment()).isEqualTo(segment("s1"));
    assertThat(pair.b().segment()).isEqualTo(segment("s2"));
    assertThat(pair.prompt()).isEqualTo(Text.plain(""));
    assertThat(pair.probABetterPpm()).isEqualTo(1_000_000);
  }

  @Test
  void shouldSetAsideSegmentsWhoseTaskNeverComesOrNamesAPolicyWithoutFeed() {
    driver.send(segmentTask("stranger"));
    assertThat(driver.onlyDeadLetter().detail()).contains("policy stranger of task task-2");
    driver.send(segments("e1", "ann", Answer.A, 1));
    driver.tick(DAY + 1);

    assertThat(driver.disposition("task-2", "e1"))
        .isEqualTo(new Disposition.DeadLettered(DeadLetterReason.UNKNOWN_TASK));

    driver.send(segmentTask("robot"));
    assertThat(driver.disposition("task-2", "e1")).isEqualTo(IN_EVIDENCE);
  }

  @Test
  void shouldTakeASignalForAWeakThumbThatAnythingSaidOutrightBeats() {
    driver.send(signal("s1", "ann", "copied", 1, 1));
    assertThat(unpaired().probDesirablePpm()).isEqualTo(1_000_000);
    assertThat(unpaired().weightPpm()).isEqualTo(300_000);
    driver.send(signal("s2", "bob", "regenerated", 1, 2));
    assertThat(unpaired().probDesirablePpm()).isEqualTo(375_000);
    assertThat(unpaired().weightPpm()).isEqualTo(800_000);

    driver.send(thumb("t1", "ann", "a", Thumb.DOWN, 3), signal("s3", "ann", "copied", 1, 4));
    assertThat(unpaired().probDesirablePpm()).isZero();
    assertThat(driver.disposition("i", "s3")).isEqualTo(new Disposition.Superseded());

    driver.send(signal("s4", "cid", "hovered", 1, 5), signal("s5", "cid", "copied", 0, 6));
    var worthless = new Disposition.NoExample(Disposition.Cause.WORTHLESS_SIGNAL);
    assertThat(driver.disposition("i", "s4")).isEqualTo(worthless);
    assertThat(driver.disposition("i", "s5")).isEqualTo(worthless);
  }

  @Test
  void shouldRefuseSignalsThatCantBeRead() {
    assertThatThrownBy(() -> SignalRule.parse("copied=up:1.5"))
        .hasMessageContaining("signals must be like copied=up:0.3");
    assertThat(SignalRule.parse("copied=down:0.25"))
        .isEqualTo(new SignalRule("copied", Verdict.OfOne.UNDESIRABLE, 250_000));
  }

  @Test
  void shouldReadBackVotesOfEveryGround() {
    for (Ground ground :
        List.of(
            new Ground.Said(),
            new Ground.Edited(),
            new Ground.Signalled(300_000),
            new Ground.Implied(List.of("e1", "e2"), -5),
            new Ground.Implied(List.of("e1"), null))) {
      var marks = new Verdict.Marks(List.of(mark("tone", 2, 1, 5)));
      var vote =
          new Vote(
              "e",
              "ann",
              marks,
              Fixtures.START,
              Fixtures.START,
              null,
              Weighing.BEFORE_EPOCHS,
              ground,
              true);
      assertThat(StateCodec.vote(StateCodec.value(vote))).isEqualTo(vote);
    }
    for (Question question :
        List.of(
            new Question.HowGood("i", "overall", "a"),
            new Question.WhichSegment("i", "overall", "a", "b", "t"))) {
      assertThat(StateCodec.question(StateCodec.questionKey(question))).isEqualTo(question);
    }
    assertThat(StateCodec.segment(StateCodec.value(segment("s1")))).isEqualTo(segment("s1"));
  }

  private List<PreferencePair> pairs() {
    List<PreferencePair> pairs = new ArrayList<>();
    driver
        .examples()
        .forEach(
            example -> {
              if (example instanceof PreferencePair pair) {
                pairs.add(pair);
              }
            });
    return pairs;
  }

  private PreferencePair lastPair() {
    return pairs().getLast();
  }

  private PreferencePair pair(String criterion) {
    return pairs().stream()
        .filter(pair -> pair.criterion().equals(criterion))
        .reduce((earlier, later) -> later)
        .orElseThrow();
  }

  private UnpairedExample unpaired() {
    return (UnpairedExample) driver.examples().getLast();
  }

  private static Verdict order(Integer... tierOf) {
    return new Verdict.Order(List.of(tierOf));
  }

  private static FeedbackEvent thumb(
      String id, String annotator, String candidate, Thumb thumb, int minute) {
    return said("i", id, annotator, minute, new Statement.Thumbs(candidate, thumb), null);
  }

  private static FeedbackEvent rating(
      String id, String annotator, String candidate, int minute, Statement.Mark... marks) {
    var rating = new Statement.Rating(candidate, List.of(marks));
    return said("i", id, annotator, minute, rating, null);
  }

  private static Statement.Mark mark(String attribute, double value, double min, double max) {
    return new Statement.Mark(attribute, value, min, max);
  }

  private static FeedbackEvent correction(String id, int distance, int length, int original) {
    var correction =
        new Statement.Correction("a", Text.plain("A better text"), distance, length, original);
    return said("i", id, "ann", 1, correction, null);
  }

  private static FeedbackEvent signal(
      String id, String annotator, String name, double value, int minute) {
    return said("i", id, annotator, minute, new Statement.Signal("a", name, value), null);
  }

  private static FeedbackEvent retraction(String id, String annotator, String event, int minute) {
    var retraction = new Statement.Retraction(new Statement.OneEvent(event));
    return said("i", id, annotator, minute, retraction, null);
  }

  private static FeedbackEvent segments(String id, String annotator, Answer answer, int minute) {
    var comparison = new Statement.SegmentComparison(segment("s1"), segment("s2"), answer);
    return said("task-2", id, annotator, minute, comparison, null);
  }

  private static ComparisonTask segmentTask(String policy) {
    return new ComparisonTask(
        "task-2",
        "task-2",
        policy,
        List.of(segment("s1"), segment("s2")),
        FeedbackEvent.OVERALL,
        null,
        null,
        "test",
        Fixtures.START);
  }

  private static TrajectorySegment segment(String id) {
    return new TrajectorySegment(
        id, "kitchen", "episode-1", "wrist", Duration.ZERO, Duration.ofSeconds(2));
  }
}
