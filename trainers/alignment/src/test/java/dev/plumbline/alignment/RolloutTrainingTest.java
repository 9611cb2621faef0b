/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.alignment.objectives.ClipRange;
import dev.plumbline.alignment.objectives.GeneralizedAdvantage;
import dev.plumbline.alignment.objectives.GrpoObjective;
import dev.plumbline.alignment.objectives.GrpoVariant;
import dev.plumbline.alignment.objectives.KlEstimator;
import dev.plumbline.alignment.objectives.KlPenalty;
import dev.plumbline.alignment.objectives.OffPolicyCorrection;
import dev.plumbline.alignment.objectives.PpoObjective;
import dev.plumbline.alignment.objectives.RatioLevel;
import dev.plumbline.alignment.objectives.ReinforcePlusPlusObjective;
import dev.plumbline.alignment.objectives.RewardScale;
import dev.plumbline.alignment.objectives.RlooObjective;
import dev.plumbline.alignment.objectives.RolloutObjective;
import dev.plumbline.alignment.objectives.ScoredRollouts;
import dev.plumbline.alignment.objectives.ValueLoss;
import dev.plumbline.lm.AdamW;
import dev.plumbline.lm.AdamWConfig;
import dev.plumbline.lm.Adapter;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.LoraAdapter;
import dev.plumbline.lm.LoraConfig;
import dev.plumbline.lm.SampledCompletion;
import dev.plumbline.lm.SamplingOptions;
import dev.plumbline.lm.ScalarHead;
import dev.plumbline.lm.StepReport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Objectives on rollouts through a small model that samples, is rewarded, and learns. */
class RolloutTrainingTest {
  private static final int GROUPS = 4;
  private static final int GROUP_SIZE = 6;
  private static final List<String> PROMPTS = List.of("the cat", "a dog", "on the", "sat");
  private static final ClipRange RANGE = new ClipRange(0.2, 0.2);
  private static final KlPenalty NO_PENALTY = new KlPenalty(0, KlEstimator.K1);

  private static final PpoObjective PPO =
      new PpoObjective(
          RANGE,
          new GeneralizedAdvantage(1, 0.95),
          new ValueLoss(0.2),
          0.5,
          new KlPenalty(0.1, KlEstimator.K1));

  private static CausalLanguageModel model;
  private static Set<Integer> wanted;

  @BeforeAll
  static void open() {
    model = TinyPolicy.open();
    // What completions begin with, before anything is learned.
    wanted = new TreeSet<>();
    sample(model, Adapter.none(), 0).forEach(completion -> wanted.add(completion.ids()[0]));
  }

  @AfterAll
  static void close() {
    model.close();
  }

  static Stream<RolloutObjective> objectives() {
    KlPenalty penalty = new KlPenalty(0.1, KlEstimator.K3);
    return Stream.of(
        new GrpoObjective(new GrpoVariant.Grpo(RANGE), RewardScale.GROUP, penalty),
        new GrpoObjective(
            new GrpoVariant.Dapo(RANGE),
            RewardScale.BATCH,
            penalty,
            new OffPolicyCorrection(OffPolicyCorrection.Weighting.TOKEN_TRUNCATE, 0, 2)),
        new RlooObjective(RatioLevel.SEQUENCE, RANGE, penalty),
        new ReinforcePlusPlusObjective(
            ReinforcePlusPlusObjective.Baseline.NONE, 0.9, RANGE, penalty),
        PPO);
  }

  @ParameterizedTest
  @MethodSource("objectives")
  void shouldTakeTheSameStepsInMicroBatchesAsInOneBatch(RolloutObjective objective) {
    Map<String, double[]> whole = weightsAfterTwoSteps(objective, GROUPS);
    weightsAfterTwoSteps(objective, 3)
        .forEach(
            (name, values) ->
                assertThat(values).as(name).containsExactly(whole.get(name), within(1e-6)));
  }

  static Stream<RolloutObjective> learners() {
    return Stream.of(
        new GrpoObjective(new GrpoVariant.Grpo(RANGE), RewardScale.GROUP, NO_PENALTY),
        new RlooObjective(RatioLevel.SEQUENCE, RANGE, NO_PENALTY));
  }

  /** All weights learn: a head that shares its tiny weights with the embedding can say little. */
  @ParameterizedTest
  @MethodSource("learners")
  void shouldLearnToSayTheTokensThatAreRewardedWithinThirtySteps(RolloutObjective objective) {
    try (CausalLanguageModel learning = TinyPolicy.open();
        AdamW optimizer = AdamW.create(AdamWConfig.of(0.03), learning.weights())) {
      var trainer =
          ObjectiveTrainer.ofRollouts(
              new TrainedPolicy.OfModel(learning, model),
              optimizer,
              objective,
              new StepPlan(GROUPS, GROUPS, 64, 1));
      double before = meanReward(groups(learning, Adapter.none(), 1_000));
      for (int step = 0; step < 30; step++) {
        assertThat(trainer.step(groups(learning, Adapter.none(), step)).report())
            .isInstanceOf(StepReport.Applied.class);
      }
      double after = meanReward(groups(learning, Adapter.none(), 1_000));

      assertThat(before).isLessThan(0.6);
      assertThat(after).as("reward after, from %s", before).isGreaterThan(0.9);
    }
  }

  @Test
  void shouldFindItsOwnSamplesOnPolicyBeforeItLearns() {
    try (Run run = new Run(learners().findFirst().orElseThrow(), GROUPS)) {
      List<EncodedRolloutGroup> groups = run.sample(1);
      Map<String, Double> fresh = LearningMetrics.of(run.trainer.score(groups));
      for (int step = 0; step < 4; step++) {
        run.trainer.step(groups);
      }
      Map<String, Double> stale = LearningMetrics.of(run.trainer.score(groups));

      assertThat(fresh.get("sampling/effective_sample_size")).isCloseTo(1, within(1e-9));
      assertThat(fresh.get("sampling/sampling_logp_difference/max")).isCloseTo(0, within(1e-9));
      assertThat(fresh.get("clip_ratio/region_mean")).isZero();
      assertThat(fresh.get("frac_reward_zero_std")).isLessThan(1);
      assertThat(fresh).doesNotContainKey("kl");
      assertThat(stale.get("sampling/effective_sample_size")).isLessThan(0.999);
      assertThat(stale.get("clip_ratio/region_mean")).isPositive();
      assertThat(stale.get("reward")).isEqualTo(fresh.get("reward"));
    }
  }

  @Test
  void shouldTeachACriticWhatToExpect() {
    try (Run run = new Run(PPO, GROUPS)) {
      List<EncodedRolloutGroup> groups = run.sample(1);
      double before = LearningMetrics.of(run.trainer.score(groups)).get("loss/value_avg");
      for (int step = 0; step < 20; step++) {
        assertThat(run.trainer.step(groups).report()).isInstanceOf(StepReport.Applied.class);
      }
      Map<String, Double> after = LearningMetrics.of(run.trainer.score(groups));

      assertThat(after.get("loss/value_avg")).isLessThan(0.7 * before);
      assertThat(after).containsKeys("val/clipfrac_avg", "sampling/effective_sample_size", "kl");
    }
  }

  @Test
  void shouldRefuseAPolicyWithoutTheCriticThatTheObjectiveNeeds() {
    try (Run run = new Run(learners().findFirst().orElseThrow(), GROUPS)) {
      var actor = new TrainedPolicy.OfAdapter(model, run.adapter);

      assertThatThrownBy(
              () ->
                  ObjectiveTrainer.ofRollouts(
                      actor, run.optimizer, PPO, new StepPlan(GROUPS, GROUPS, 64, 1)))
          .hasMessage("ppo needs a policy with a critic, but it has none");
    }
  }

  @Test
  void shouldLearnNothingFromEqualRewards() {
    try (Run run = new Run(learners().findFirst().orElseThrow(), GROUPS)) {
      List<EncodedRolloutGroup> equal =
          run.sample(1).stream()
              .map(
                  group ->
                      new EncodedRolloutGroup(
                          group.rollouts().stream()
                              .map(
                                  r -> new EncodedRollout(r.completion(), r.samplerLogProbs(), 0.3))
                              .toList(),
                          1))
              .toList();

      assertThat(run.trainer.step(equal).report().gradNorm()).isZero();
      assertThat(LearningMetrics.of(run.trainer.score(equal)))
          .containsEntry("frac_reward_zero_std", 1.0);
    }
  }

  @Test
  void shouldRefuseLogProbabilitiesThatAreNone() {
    EncodedRollout any;
    try (Run run = new Run(learners().findFirst().orElseThrow(), GROUPS)) {
      any = run.sample(1).getFirst().rollouts().getFirst();
    }
    double[] positive = any.samplerLogProbs();
    positive[0] = 0.1;

    assertThatThrownBy(() -> new EncodedRollout(any.completion(), positive, 0))
        .hasMessage("log-probabilities must be finite and at most 0, but that of token 0 was 0.1");
    assertThatThrownBy(() -> new EncodedRollout(any.completion(), new double[0], 0))
        .hasMessageContaining("one log-probability per completion token expected");
  }

  private static Map<String, double[]> weightsAfterTwoSteps(
      RolloutObjective objective, int microBatch) {
    try (Run run = new Run(objective, microBatch)) {
      // Of the base alone, so that every way of cutting batches learns from the same.
      List<List<EncodedRolloutGroup>> batches = List.of(run.sample(1), run.sample(2));
      for (List<EncodedRolloutGroup> batch : batches) {
        assertThat(run.trainer.step(batch).report()).isInstanceOf(StepReport.Applied.class);
      }
      Map<String, double[]> weights = new TreeMap<>();
      for (String name : run.policy.parameters().names()) {
        weights.put(name, run.policy.parameters().values(name));
      }
      return weights;
    }
  }

  /** As many completions of each prompt as a group has. */
  private static List<SampledCompletion> sample(
      CausalLanguageModel sampler, Adapter adapter, long seed) {
    List<int[]> prompts = new ArrayList<>();
    for (String prompt : PROMPTS) {
      prompts.addAll(Collections.nCopies(GROUP_SIZE, model.tokenizer().encodePrompt(prompt)));
    }
    return sampler.sample(
        prompts,
        adapter,
        new SamplingOptions(4, 1, 16, 1, seed),
        LongStream.range(0, prompts.size()).boxed().toList());
  }

  /** A group for each prompt, by the present weights; the groups differ in weight. */
  private static List<EncodedRolloutGroup> groups(
      CausalLanguageModel sampler, Adapter adapter, long seed) {
    ExampleEncoder encoder = ExampleEncoder.of(sampler, 64);
    List<SampledCompletion> sampled = sample(sampler, adapter, seed);
    List<EncodedRolloutGroup> groups = new ArrayList<>();
    for (int i = 0; i < GROUPS; i++) {
      groups.add(
          encoder.rollouts(
              PROMPTS.get(i),
              sampled.subList(i * GROUP_SIZE, (i + 1) * GROUP_SIZE).stream()
                  .map(one -> new SampledTokens(one.ids(), one.logProbs(), reward(one.ids())))
                  .toList(),
              1 + 0.5 * i));
    }
    return groups;
  }

  /** The share of tokens that are wanted. */
  private static double reward(int[] ids) {
    return (double) Arrays.stream(ids).filter(wanted::contains).count() / ids.length;
  }

  private static double meanReward(List<EncodedRolloutGroup> groups) {
    return groups.stream()
        .flatMap(group -> group.rollouts().stream())
        .mapToDouble(EncodedRollout::reward)
        .average()
        .orElseThrow();
  }

  /** A fresh adapter and critic with their optimizer, that is sampled from and learns. */
  private static final class Run implements AutoCloseable {
    final LoraAdapter adapter = LoraAdapter.initialize(model, LoraConfig.of(4, 8), 11);
    final ScalarHead head = ScalarHead.initialize(model, 12);
    final TrainedPolicy policy;
    final AdamW optimizer;
    final ObjectiveTrainer<EncodedRolloutGroup, ScoredRollouts> trainer;

    Run(RolloutObjective objective, int microBatch) {
      var actor = new TrainedPolicy.OfAdapter(model, adapter);
      policy =
          objective.needsCritic()
              ? new TrainedPolicy.WithCritic(actor, head, head.after(adapter.parameters()))
              : actor;
      optimizer = AdamW.create(AdamWConfig.of(0.1), policy.parameters());
      trainer =
          ObjectiveTrainer.ofRollouts(
              policy, optimizer, objective, new StepPlan(GROUPS, microBatch, 64, 1));
    }

    List<EncodedRolloutGroup> sample(long seed) {
      return groups(model, adapter, seed);
    }

    @Override
    public void close() {
      optimizer.close();
      if (policy instanceof TrainedPolicy.WithCritic critic) {
        critic.parameters().close();
      }
      head.close();
      adapter.close();
    }
  }
}
