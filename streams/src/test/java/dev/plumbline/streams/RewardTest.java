/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import static dev.plumbline.streams.Fixtures.DAY;
import static dev.plumbline.streams.Fixtures.prompt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.plumbline.events.Annotator;
import dev.plumbline.events.AnnotatorKind;
import dev.plumbline.events.Candidate;
import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.CompletionRef;
import dev.plumbline.events.DeadLetter;
import dev.plumbline.events.DeadLetterReason;
import dev.plumbline.events.Identity;
import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.events.RewardScore;
import dev.plumbline.events.RolloutGroup;
import dev.plumbline.events.RolloutGroup.Rollout;
import dev.plumbline.events.Split;
import dev.plumbline.events.Text;
import dev.plumbline.events.Topics;
import dev.plumbline.events.TrainingExample;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RewardTest {
  private static final PolicyVersionId VERSION = new PolicyVersionId("assistant", 3);
  private PreferenceDriver driver;

  @BeforeEach
  void start(@TempDir Path stateDir) {
    driver = PreferenceDriver.start(stateDir);
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void shouldEmitAGroupOnceAJudgeHasScoredAllThatATaskPutsUp() {
    sendReferences("i", "b", "a");
    RewardScore first = score("a", "judge", 1.5, -1, 0.5, 1.5);
    driver.send(first);
    assertThat(driver.examples()).isEmpty();
    assertThat(driver.disposition(first)).isEqualTo(new Disposition.Waiting());

    RewardScore second = score("b", "judge", -0.25, 0, -1, -0.25);
    driver.send(second);

    RolloutGroup group = driver.onlyGroup();
    assertThat(group.exampleId())
        .isEqualTo(Identity.groupId("assistant", "i", "overall", List.of("a", "b")));
    assertThat(group.revision()).isEqualTo(1);
    assertThat(group.policy()).isEqualTo("assistant");
    assertThat(group.prompt()).isEqualTo(prompt("i").text());
    assertThat(group.rollouts())
        .extracting(rollout -> rollout.candidate().candidateId(), Rollout::reward)
        .containsExactly(tuple("a", 1.5), tuple("b", -0.25));
    Rollout rollout = group.rollouts().getFirst();
    assertThat(rollout.tokenIds()).containsExactly(7, 2);
    assertThat(rollout.tokenLogProbs()).containsExactly(-0.5f, -0.25f);
    assertThat(rollout.promptLevels()).containsExactly(3, 0);
    assertThat(rollout.prefixScores()).containsExactly(-1f, 0.5f, 1.5f);
    assertThat(rollout.candidate().version()).isEqualTo(VERSION);
    assertThat(group.evidence().eventIds())
        .containsExactlyElementsOf(Stream.of(first.eventId(), second.eventId()).sorted().toList());
    assertThat(driver.disposition(first)).isEqualTo(new Disposition.InEvidence());
    assertThat(driver.disposition(second)).isEqualTo(new Disposition.InEvidence());
    assertThat(driver.count("plumbline.streams.examples", "kind", "rollout-group")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"prompt", "completion", "task", "score"})
  void shouldEmitWhicheverArrivesLast(String last) {
    List<Runnable> sends =
        Stream.of("prompt", "completion", "task", "score")
            .filter(what -> !what.equals(last))
            .map(this::sender)
            .toList();
    driver.send(completion("i", "a"));
    driver.send(score("a", "judge", 1));
    sends.forEach(Runnable::run);
    assertThat(driver.examples()).isEmpty();

    sender(last).run();

    assertThat(driver.onlyGroup().rollouts()).hasSize(2);
    assertThat(driver.disposition(score("a", "judge", 1))).isEqualTo(new Disposition.InEvidence());
    assertThat(driver.waiting()).isZero();
    assertThat(driver.deadLetters()).isEmpty();
  }

  private Runnable sender(String what) {
    return switch (what) {
      case "prompt" -> () -> driver.send(prompt("i"));
      case "completion" -> () -> driver.send(completion("i", "b"));
      case "task" -> () -> driver.send(task("t", "i", "a", "b"));
      case "score" -> () -> driver.send(score("b", "judge", 2));
      default -> throw new AssertionError(what);
    };
  }

  @Test
  void shouldReviseTheGroupByTheMeanOnceALaterJudgeHasScoredAllOfIt() {
    sendReferences("i", "a", "b");
    driver.send(score("a", "one", 1), score("b", "one", 0));
    RewardScore partial = score("a", "two", 4);

    driver.send(partial);
    assertThat(driver.examples()).hasSize(1);
    assertThat(driver.disposition(partial)).isEqualTo(new Disposition.Waiting());

    driver.send(score("b", "two", -1));

    var revised = (RolloutGroup) driver.examples().getLast();
    assertThat(driver.examples()).hasSize(2);
    assertThat(revised.revision()).isEqualTo(2);
    assertThat(revised.rollouts()).extracting(Rollout::reward).containsExactly(2.5, -0.5);
    assertThat(revised.evidence().eventIds()).hasSize(4).isSorted();
    assertThat(driver.disposition(partial)).isEqualTo(new Disposition.InEvidence());
  }

  @Test
  void shouldAverageThePrefixScoresWhereEveryJudgeGaveThemForEveryCompletion() {
    sendReferences("i", "a", "b");
    driver.send(score("a", "one", 1, 0, 0, 1), score("b", "one", 1, 0, 0, 1));
    driver.send(score("a", "two", 3, -1, 2, 3), score("b", "two", 1, 1, 1, 1));

    assertThat(prefixScores(driver.examples().getLast()))
        .containsExactly(List.of(-0.5f, 1f, 2f), List.of(0.5f, 0.5f, 1f));

    driver.send(score("a", "three", 1, 0, 0, 1), score("b", "three", 1));

    assertThat(prefixScores(driver.examples().getLast())).containsExactly(List.of(), List.of());
  }

  private static List<List<Float>> prefixScores(TrainingExample group) {
    return ((RolloutGroup) group).rollouts().stream().map(Rollout::prefixScores).toList();
  }

  @Test
  void shouldWaitForAsManyJudgesAsTheSettingsAsk(@TempDir Path folder) {
    var two =
        new StreamsSettings(
            "test-streams",
            1,
            2,
            1,
            2,
            Duration.ofHours(1),
            Duration.ofHours(24),
            Duration.ofSeconds(1),
            KindSettings.DEFAULT,
            Fixtures.TRUST);
    try (var strict = PreferenceDriver.start(two, Fixtures.LAYOUT, folder)) {
      strict.send(prompt("i"));
      strict.send(completion("i", "a"), completion("i", "b"));
      strict.send(task("t", "i", "a", "b"));
      strict.send(score("a", "one", 1), score("b", "one", 0), score("a", "two", 3));
      assertThat(strict.examples()).isEmpty();

      strict.send(score("b", "two", 1));

      assertThat(strict.onlyGroup().rollouts()).extracting(Rollout::reward).containsExactly(2., .5);
    }
  }

  @Test
  void shouldMakeOneGroupOfEverySetThatIsPutUpHoweverManyTasksDo() {
    driver.send(prompt("i"));
    driver.send(completion("i", "a"), completion("i", "b"), completion("i", "c"));
    driver.send(score("a", "judge", 1), score("b", "judge", 2), score("c", "judge", 3));

    driver.send(task("t1", "i", "a", "b"));
    driver.send(task("t2", "i", "b", "a"));
    driver.send(task("t3", "i", "a", "b", "c"));

    assertThat(driver.examples())
        .extracting(TrainingExample::exampleId)
        .containsExactly(
            Identity.groupId("assistant", "i", "overall", List.of("a", "b")),
            Identity.groupId("assistant", "i", "overall", List.of("a", "b", "c")));
  }

  @Test
  void shouldSetAsideAScoreWhoseCompletionDoesNotArriveAndTakeItUpWhenItDoes() {
    driver.send(prompt("i"));
    driver.send(completion("i", "b"));
    driver.send(task("t", "i", "a", "b"));
    RewardScore score = score("a", "judge", 1);
    driver.send(score("b", "judge", 2), score);
    assertThat(driver.waiting()).isEqualTo(1);
    driver.tick(DAY - 1);
    assertThat(driver.deadLetters()).isEmpty();

    driver.tick(DAY);
    driver.tick(DAY + 1);

    DeadLetter letter = driver.onlyDeadLetter();
    assertThat(letter.reason()).isEqualTo(DeadLetterReason.UNKNOWN_CANDIDATE);
    assertThat(letter.detail()).contains("candidate a of item i", "the score is taken up again");
    assertThat(letter.eventId()).isEqualTo(score.eventId());
    assertThat(letter.topic()).isEqualTo("rewards");
    assertThat(Topics.REWARDS.value().decode(letter.original().toArray())).isEqualTo(score);
    assertThat(driver.disposition(score))
        .isEqualTo(new Disposition.DeadLettered(DeadLetterReason.UNKNOWN_CANDIDATE));

    driver.send(completion("i", "a"));

    assertThat(driver.onlyGroup().rollouts()).hasSize(2);
    assertThat(driver.disposition(score)).isEqualTo(new Disposition.InEvidence());
    assertThat(driver.deadLetters()).hasSize(1);
  }

  @Test
  void shouldKeepAScoreAsLongAsNoTaskPutsItsCompletionUp() {
    driver.send(prompt("i"));
    driver.send(completion("i", "a"));
    RewardScore score = score("a", "judge", 1);
    driver.send(score);

    driver.tick(30 * DAY);

    assertThat(driver.disposition(score)).isEqualTo(new Disposition.Waiting());
    assertThat(driver.deadLetters()).isEmpty();
    assertThat(driver.waiting()).as("nothing that the clock decides").isZero();
  }

  @Test
  void shouldCountFurtherCopiesAndSetAsideOtherScoresOfTheSameJudge() {
    sendReferences("i", "a", "b");
    driver.send(score("a", "judge", 1), score("b", "judge", 2));

    driver.send(score("a", "judge", 1));
    driver.send(score("a", "judge", 5));

    assertThat(driver.count("plumbline.streams.duplicates", "topic", "rewards")).isEqualTo(1);
    assertThat(driver.onlyDeadLetter().reason()).isEqualTo(DeadLetterReason.CONFLICTING_DUPLICATE);
    assertThat(driver.onlyGroup().rollouts()).extracting(Rollout::reward).containsExactly(1., 2.);
    assertThat(driver.disposition(score("a", "judge", 1))).isEqualTo(new Disposition.InEvidence());
  }

  @Test
  void shouldMakeNoGroupOfACompletionWhoseTokensAreUnknown() {
    driver.send(prompt("i"));
    driver.send(completion("i", "a"), Fixtures.completion("i", "b"));
    driver.send(task("t", "i", "a", "b"));

    driver.send(score("a", "judge", 1), score("b", "judge", 2));

    assertThat(driver.examples()).isEmpty();
    assertThat(List.of(score("a", "judge", 1), score("b", "judge", 2)))
        .allSatisfy(
            score ->
                assertThat(driver.disposition(score))
                    .isEqualTo(new Disposition.NoExample(Disposition.Cause.WITHOUT_TOKENS)));
  }

  @Test
  void shouldMakeNoGroupThatIsLargerThanAnExampleMayBe() {
    driver.send(prompt("i"));
    int tokens = 16_000;
    driver.send(completion("i", "a", tokens), completion("i", "b", tokens));
    driver.send(task("t", "i", "a", "b"));

    driver.send(score("a", "judge", 1), score("b", "judge", 2));

    assertThat(driver.examples()).isEmpty();
    assertThat(driver.disposition(score("a", "judge", 1)))
        .isEqualTo(new Disposition.NoExample(Disposition.Cause.BEYOND_LIMITS));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldSetAsideAScoreOfThePrefixesOfOtherTokens(boolean completionsFirst) {
    if (completionsFirst) {
      sendReferences("i", "a", "b");
    }
    RewardScore misfit = score("a", "judge", 1, 0, 1);
    driver.send(misfit, score("b", "judge", 1));
    if (!completionsFirst) {
      sendReferences("i", "a", "b");
    }

    assertThat(driver.examples()).isEmpty();
    assertThat(driver.onlyDeadLetter().reason()).isEqualTo(DeadLetterReason.SCORE_OF_OTHER_TOKENS);
    assertThat(driver.onlyDeadLetter().detail()).contains("2 tokens and so 3 prefixes, but 2");
    assertThat(driver.onlyDeadLetter().topic()).isEqualTo("rewards");
    assertThat(driver.disposition(misfit))
        .isEqualTo(new Disposition.DeadLettered(DeadLetterReason.SCORE_OF_OTHER_TOKENS));
    assertThat(driver.disposition(score("b", "judge", 1))).isEqualTo(new Disposition.Waiting());
    assertThat(driver.waiting()).isZero();
  }

  @Test
  void shouldSayWhenAScoreIsEvidenceOfWhatIsOnlyScored() {
    String item =
        IntStream.iterate(0, number -> number + 1)
            .mapToObj(number -> "item-" + number)
            .filter(id -> Split.of(id) == Split.HELD_OUT)
            .findFirst()
            .orElseThrow();
    sendReferences(item, "a", "b");
    RewardScore score = new RewardScore("a", item, judge("judge"), 1, null, Fixtures.at(1));

    driver.send(score, new RewardScore("b", item, judge("judge"), 1, null, Fixtures.at(1)));

    assertThat(driver.examples()).hasSize(1);
    assertThat(driver.disposition(score)).isEqualTo(new Disposition.HeldOut());
  }

  @Test
  void shouldFollowThePromptsPolicyWhateverTheTaskSays() {
    driver.send(prompt("i", "robot"));
    driver.send(completion("i", "a"), completion("i", "b"));
    driver.send(task("t", "i", "a", "b"));

    driver.send(score("a", "judge", 1), score("b", "judge", 2));

    assertThat(driver.onlyGroup().policy()).isEqualTo("robot");
  }

  @Test
  void shouldCallACompletionWithOtherPromptLevelsAnother() {
    driver.send(completion("i", "a"));

    driver.send(completion("i", "a"));
    driver.send(completionAt("i", "a", List.of(0, 0)));

    assertThat(driver.count("plumbline.streams.duplicates", "topic", "completions")).isEqualTo(1);
    assertThat(driver.onlyDeadLetter().reason()).isEqualTo(DeadLetterReason.CONFLICTING_DUPLICATE);
  }

  private void sendReferences(String item, String... candidates) {
    driver.send(prompt(item));
    for (String candidate : candidates) {
      driver.send(completion(item, candidate));
    }
    driver.send(task("t", item, candidates));
  }

  static ComparisonTask task(String id, String item, String... candidates) {
    return new ComparisonTask(
        id,
        item,
        "assistant",
        Arrays.stream(candidates).<Candidate>map(CompletionRef::new).toList(),
        "overall",
        null,
        null,
        "sampler",
        Fixtures.START);
  }

  static Completion completion(String item, String id) {
    return completionAt(item, id, List.of(3, 0));
  }

  private static Completion completionAt(String item, String id, List<Integer> promptLevels) {
    return new Completion(
        id,
        item,
        Text.plain(id),
        1,
        VERSION,
        0,
        List.of(7, 2),
        List.of(-0.5f, -0.25f),
        promptLevels,
        "sampler",
        Fixtures.START);
  }

  static Completion completion(String item, String id, int tokens) {
    return new Completion(
        id,
        item,
        Text.plain(id),
        1,
        VERSION,
        0,
        Collections.nCopies(tokens, 7),
        Collections.nCopies(tokens, -0.5f),
        "sampler",
        Fixtures.START);
  }

  static RewardScore score(String completion, String judge, double score, double... prefixScores) {
    return new RewardScore(
        completion,
        "i",
        judge(judge),
        score,
        null,
        Arrays.stream(prefixScores).mapToObj(each -> (float) each).toList(),
        Fixtures.at(1));
  }

  private static Annotator judge(String id) {
    return new Annotator(id, AnnotatorKind.MODEL, false);
  }
}
