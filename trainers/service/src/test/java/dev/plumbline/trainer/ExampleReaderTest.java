/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.alignment.EncodedCompletion;
import dev.plumbline.alignment.EncodedPair;
import dev.plumbline.alignment.EncodedRanking;
import dev.plumbline.alignment.EncodedRollout;
import dev.plumbline.alignment.EncodedRolloutGroup;
import dev.plumbline.alignment.EncodedUnpaired;
import dev.plumbline.alignment.ExampleEncoder;
import dev.plumbline.alignment.SpanEmphasis;
import dev.plumbline.alignment.VersionDistance;
import dev.plumbline.alignment.objectives.CompletionOrigin;
import dev.plumbline.alignment.objectives.LossTypes;
import dev.plumbline.alignment.objectives.Objective;
import dev.plumbline.events.Evidence;
import dev.plumbline.events.ExampleCandidate;
import dev.plumbline.events.MarkedSpan;
import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.events.PreferencePair;
import dev.plumbline.events.RankedGroup;
import dev.plumbline.events.RolloutGroup;
import dev.plumbline.events.Text;
import dev.plumbline.events.TrajectorySegment;
import dev.plumbline.events.UnpairedExample;
import dev.plumbline.lm.TokenRow;
import dev.plumbline.lm.text.ByteBpeTrainer;
import dev.plumbline.lm.text.Tokenizer;
import dev.plumbline.trainer.LearningSettings.PairSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ExampleReaderTest {
  private static final Evidence EVIDENCE = new Evidence(List.of("e"), Instant.EPOCH, null);
  private static final PolicyVersionId BASE = new PolicyVersionId("assistant", 0);
  private static final PolicyVersionId LATER = new PolicyVersionId("assistant", 4);

  private static Tokenizer tokenizer;
  private static ExampleReader reader;

  @BeforeAll
  static void open() {
    tokenizer = Tokenizer.of(ByteBpeTrainer.train(List.of(), 259), 1, 2);
    reader =
        new ExampleReader(
            new ExampleEncoder(tokenizer, 64, 32), new SpanEmphasis(4), PairSource.COMPARISONS);
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  @Test
  void shouldKeepBeliefTieAndWeightOfAPair() {
    var pair = (EncodedPair) reader.read(pair(600_000, 300_000, 250_000), 0.5);

    assertThat(pair.belief()).isEqualTo(0.75);
    assertThat(pair.tieProb()).isEqualTo(0.3);
    assertThat(pair.weight()).isEqualTo(0.125);
    assertThat(pair.a().origin()).isEqualTo(CompletionOrigin.REFERENCE);
    assertThat(pair.b().origin()).isEqualTo(CompletionOrigin.POLICY);
  }

  @Test
  void shouldLetMarksCountWhereTheyAgreeWithTheBelief() {
    var sure = (EncodedPair) reader.read(pair(1_000_000, 0, 1_000_000), 1);
    var undecided = (EncodedPair) reader.read(pair(500_000, 0, 1_000_000), 1);

    // "ab" is marked good in a, "cd" bad in b, half as strongly.
    assertThat(sure.a().tokenWeights()).containsExactly(4, 4, 1, 1);
    assertThat(sure.b().tokenWeights()).containsExactly(1, 2, 2, 1);
    assertThat(undecided.a().tokenWeights()).containsExactly(1, 1, 1, 1);
  }

  @Test
  void shouldTurnMarksRoundWhereTheCompletionIsTheWorseOne() {
    var pair = (EncodedPair) reader.read(pair(0, 0, 1_000_000), 1);

    assertThat(pair.a().tokenWeights()).containsExactly(0.25, 0.25, 1, 1);
    assertThat(pair.b().tokenWeights()).containsExactly(1, 0.5, 0.5, 1);
  }

  @Test
  void shouldKeepBeliefWeightAndMarksOfThumbs() {
    var unpaired =
        (EncodedUnpaired)
            reader.read(
                new UnpairedExample(
                    "id",
                    1,
                    "assistant",
                    "item",
                    "overall",
                    Text.plain("p"),
                    a(),
                    1_000_000,
                    400_000,
                    EVIDENCE),
                0.5);

    assertThat(unpaired.belief()).isEqualTo(1);
    assertThat(unpaired.weight()).isEqualTo(0.2);
    assertThat(unpaired.completion().tokenWeights()).containsExactly(4, 4, 1, 1);
  }

  @Test
  void shouldKeepTheTiersOfARankingAndStandItsMarksByThem() {
    var middle = candidate("c", "xyz", null, new MarkedSpan(0, 3, 1_000_000));
    var ranking =
        (EncodedRanking)
            reader.read(
                new RankedGroup(
                    "id",
                    1,
                    "assistant",
                    "item",
                    "overall",
                    Text.plain("p"),
                    List.of(a(), middle, b()),
                    List.of(1, 1, 1),
                    1_000_000,
                    EVIDENCE),
                1);

    assertThat(ranking.tierSizes()).containsExactly(1, 1, 1);
    assertThat(ranking.completions())
        .extracting(EncodedCompletion::tokenWeights)
        .containsExactly(
            new double[] {4, 4, 1, 1}, new double[] {1, 1, 1, 1}, new double[] {1, 2, 2, 1});
  }

  @Test
  void shouldKeepTokensSamplerAndRewardsOfRollouts() {
    var group = (EncodedRolloutGroup) reader.read(rollouts(4), 0.5);

    assertThat(group.weight()).isEqualTo(0.5);
    assertThat(group.rollouts()).extracting(EncodedRollout::reward).containsExactly(0.25, -1.0);
    EncodedRollout first = group.rollouts().getFirst();
    int[] prompt = tokenizer.encodePrompt("p");
    assertThat(first.completion().row()).isEqualTo(TokenRow.of(prompt, new int[] {100, 101, 102}));
    assertThat(first.samplerLogProbs()).containsExactly(-1, -0.5, -2);
    assertThat(group.rollouts().getLast().completion().row())
        .isEqualTo(TokenRow.of(prompt, new int[] {7}));
  }

  @Test
  void shouldReadTheBestOfAGroupAgainstTheWorstWherePairsAreMadeOfRollouts() {
    var pairs =
        new ExampleReader(
            new ExampleEncoder(tokenizer, 64, 32), new SpanEmphasis(4), PairSource.ROLLOUTS);
    var pair = (EncodedPair) pairs.read(rollouts(4), 0.5);

    int[] prompt = tokenizer.encodePrompt("p");
    assertThat(pair.a().row()).isEqualTo(TokenRow.of(prompt, new int[] {100, 101, 102}));
    assertThat(pair.b().row()).isEqualTo(TokenRow.of(prompt, new int[] {7}));
    assertThat(pair.a().samplerLogProbs()).containsExactly(-1, -0.5, -2);
    assertThat(pair.belief()).isOne();
    assertThat(pair.weight()).isEqualTo(0.5);
    RolloutGroup group = rollouts(4);
    RolloutGroup.Rollout tied =
        new RolloutGroup.Rollout(
            b(), List.of(9), List.of(-1f), group.rollouts().getFirst().reward());
    var tie = (EncodedPair) pairs.read(with(group, tied), 1);
    assertThat(tie.belief()).isEqualTo(0.5);
    assertThat(tie.tieProb()).isOne();
    assertThat(tie.b().row()).isEqualTo(TokenRow.of(prompt, new int[] {9}));
  }

  @Test
  void shouldKeepWhatPromptsAndControllerDidToRollouts() {
    RolloutGroup group = new Examples("assistant").rollouts(LATER, 1);
    var encoded = (EncodedRolloutGroup) reader.read(group, 1);
    RolloutGroup.Rollout first = group.rollouts().getFirst();

    assertThat(encoded.rollouts().getFirst().attributeLogProbs())
        .containsExactly(first.prefixScores().stream().mapToDouble(s -> s).toArray());
    // The encoder is of a policy without prompts.
    assertThat(encoded.rollouts().getFirst().completion().row().promptLevels()).isEmpty();
  }

  @Test
  void shouldSayWhyRolloutsCantBeLearnedFrom() {
    Objective rldaf = LossTypes.objective(List.of("rldaf"), Map.of());
    VersionDistance any = new VersionDistance.Accept();
    var prompted = new Curriculum(rldaf, PairSource.COMPARISONS, any, LATER, 3);
    var narrower = new Curriculum(rldaf, PairSource.COMPARISONS, any, LATER, 2);
    var unprompted = new Curriculum(rldaf, any, LATER);
    RolloutGroup controlled = new Examples("assistant").rollouts(LATER, 1);

    assertThat(prompted.unusable(controlled)).isEmpty();
    assertThat(unprompted.unusable(controlled)).isEmpty();
    assertThat(narrower.unusable(controlled)).contains(Unusable.UNKNOWN_PROMPT_LEVEL);
    assertThat(prompted.unusable(rollouts(4))).contains(Unusable.NO_PREFIX_SCORES);
    RolloutGroup.Rollout first = controlled.rollouts().getFirst();
    List<Float> ofReward = first.prefixScores().stream().map(score -> score + 10).toList();
    assertThat(
            prompted.unusable(
                with(
                    controlled,
                    new RolloutGroup.Rollout(
                        first.candidate(),
                        first.tokenIds(),
                        first.tokenLogProbs(),
                        first.promptLevels(),
                        ofReward,
                        1))))
        .contains(Unusable.NO_PREFIX_SCORES);
    assertThat(prompted.unusable(pair(600_000, 300_000, 250_000))).contains(Unusable.OTHER_KIND);
  }

  @Test
  void shouldNotTakeRecordedBehaviourForText() {
    var dpo =
        new Curriculum(
            LossTypes.objective(List.of("sigmoid"), Map.of()), new VersionDistance.Accept(), LATER);
    PreferencePair text = pair(600_000, 300_000, 250_000);
    var behaviour =
        new PreferencePair(
            text.exampleId(),
            1,
            text.policy(),
            text.itemId(),
            text.criterion(),
            Text.plain(""),
            ExampleCandidate.of(segment("a")),
            ExampleCandidate.of(segment("b")),
            600_000,
            300_000,
            250_000,
            text.evidence());

    assertThat(dpo.unusable(text)).isEmpty();
    assertThat(dpo.unusable(behaviour)).contains(Unusable.NO_TEXT);
    assertThat(dpo.scores(behaviour)).isFalse();
  }

  private static TrajectorySegment segment(String id) {
    return new TrajectorySegment(
        id, "kitchen", "episode-1", "wrist", Duration.ZERO, Duration.ofSeconds(2));
  }

  @Test
  void shouldGiveRolloutsToObjectivesOnRolloutsAndParkThemByTheirVersions() {
    var grpo =
        new Curriculum(
            LossTypes.objective(List.of("grpo"), Map.of()), new VersionDistance.Bound(3), LATER);
    var dpo =
        new Curriculum(
            LossTypes.objective(List.of("sigmoid"), Map.of()), new VersionDistance.Accept(), LATER);

    assertThat(grpo.takes(rollouts(4))).isTrue();
    assertThat(grpo.takes(pair(600_000, 300_000, 250_000))).isFalse();
    assertThat(grpo.scores(pair(600_000, 300_000, 250_000))).isTrue();
    assertThat(dpo.takes(rollouts(4))).isFalse();
    assertThat(grpo.parks(rollouts(1))).isFalse();
    assertThat(grpo.parks(rollouts(0))).isTrue();
  }

  @Test
  void shouldLeaveRolloutsAloneThatCameWithoutTheirTokens() {
    var grpo =
        new Curriculum(
            LossTypes.objective(List.of("grpo"), Map.of()), new VersionDistance.Accept(), LATER);
    RolloutGroup group = rollouts(4);

    assertThat(grpo.takes(with(group, new RolloutGroup.Rollout(a(), List.of(), List.of(), 1))))
        .isFalse();
    assertThat(
            grpo.takes(with(group, new RolloutGroup.Rollout(a(), List.of(1, 2), List.of(-1f), 1))))
        .isFalse();
  }

  private static RolloutGroup with(RolloutGroup group, RolloutGroup.Rollout more) {
    return new RolloutGroup(
        group.exampleId(),
        group.revision(),
        group.policy(),
        group.itemId(),
        group.criterion(),
        group.prompt(),
        List.of(group.rollouts().getFirst(), more),
        group.evidence());
  }

  /** Two completions, the first by that version of the policy. */
  private static RolloutGroup rollouts(int version) {
    var by = new PolicyVersionId("assistant", version);
    return new RolloutGroup(
        "id",
        1,
        "assistant",
        "item",
        "overall",
        Text.plain("p"),
        List.of(
            new RolloutGroup.Rollout(
                new ExampleCandidate("c1", Text.plain("abc"), by),
                List.of(100, 101, 102),
                List.of(-1f, -0.5f, -2f),
                0.25),
            new RolloutGroup.Rollout(
                new ExampleCandidate("c2", Text.plain("d"), LATER),
                List.of(7),
                List.of(-0.25f),
                -1)),
        EVIDENCE);
  }

  @Test
  void shouldRefuseSealedText() {
    assertThatThrownBy(() -> reader.read(new Examples("assistant").sealed(1), 1))
        .hasMessage("sealed text can't be learned from");
  }

  private static PreferencePair pair(int probABetterPpm, int probTiePpm, int weightPpm) {
    return new PreferencePair(
        "id",
        1,
        "assistant",
        "item",
        "overall",
        Text.plain("p"),
        a(),
        b(),
        probABetterPpm,
        probTiePpm,
        weightPpm,
        EVIDENCE);
  }

  private static ExampleCandidate a() {
    return candidate("a", "abc", BASE, new MarkedSpan(0, 2, 1_000_000));
  }

  private static ExampleCandidate b() {
    return candidate("b", "bcd", LATER, new MarkedSpan(1, 3, -500_000));
  }

  private static ExampleCandidate candidate(
      String id, String text, @Nullable PolicyVersionId version, MarkedSpan span) {
    return new ExampleCandidate(id, Text.plain(text), version, List.of(span));
  }
}
