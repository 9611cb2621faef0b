/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.alignment.objectives.DpoObjective;
import dev.plumbline.alignment.objectives.ScoredPair;
import dev.plumbline.lm.AdamW;
import dev.plumbline.lm.AdamWConfig;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.LoraAdapter;
import dev.plumbline.lm.LoraConfig;
import dev.plumbline.lm.StepReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ObjectiveTrainerTest {
  private static CausalLanguageModel model;

  @BeforeAll
  static void open() {
    model = TinyPolicy.open();
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void shouldFindNoMarginBeforeTheFirstStep() {
    try (Run run = new Run(4, 4, 0.01)) {
      List<ScoredPair> scored = run.trainer.score(TinyPolicy.pairs(model, 4, 1));

      assertThat(scored)
          .allSatisfy(
              pair -> {
                assertThat(pair.value().rewardA().value()).isZero();
                assertThat(pair.value().rewardB().value()).isZero();
                assertThat(pair.value().loss()).isCloseTo(Math.log(2), within(1e-15));
              });
    }
  }

  @Test
  void shouldTakeTheSameStepsInMicroBatchesAsInOneBatch() {
    Map<String, double[]> whole = weightsAfterThreeSteps(6, 6);

    for (int microBatch : new int[] {1, 2, 4}) {
      weightsAfterThreeSteps(6, microBatch)
          .forEach(
              (name, values) ->
                  assertThat(values)
                      .as("%s with micro-batches of %d", name, microBatch)
                      .containsExactly(whole.get(name), within(1e-6)));
    }
  }

  @Test
  void shouldDropTheSameInputsHoweverTheBatchIsCut() {
    LoraConfig dropping = LoraConfig.of(2, 4).dropping(0.3);
    Map<String, double[]> whole = weightsAfterThreeSteps(new Run(dropping, 6, 6, 1), 6);

    weightsAfterThreeSteps(new Run(dropping, 6, 2, 1), 6)
        .forEach(
            (name, values) ->
                assertThat(values).as(name).containsExactly(whole.get(name), within(1e-6)));
    String some = "base_model.model.model.layers.0.mlp.up_proj.lora_B.weight";
    assertThat(weightsAfterThreeSteps(new Run(dropping, 6, 6, 2), 6).get(some))
        .isNotEqualTo(whole.get(some));
    assertThat(weightsAfterThreeSteps(6, 6).get(some)).isNotEqualTo(whole.get(some));
  }

  @Test
  void shouldDropOtherInputsInEveryStepAndNoneWhenScoring() {
    List<EncodedPair> pairs = TinyPolicy.pairs(model, 2, 5);
    try (Run run = new Run(LoraConfig.of(2, 4).dropping(0.3), 2, 2, 1)) {
      run.trainer.step(pairs);
      List<ScoredPair> scored = run.trainer.score(pairs);
      List<ScoredPair> second = run.trainer.step(pairs).scored();

      assertThat(run.trainer.score(pairs)).isNotEqualTo(second);
      assertThat(second).isNotEqualTo(scored);
      assertThat(second.getFirst().statistics().a().referenceLogProb())
          .isEqualTo(scored.getFirst().statistics().a().referenceLogProb());
    }
  }

  @Test
  void shouldContinueBitByBitWithDropoutFromWhatWasSaved() {
    LoraConfig dropping = LoraConfig.of(2, 4).dropping(0.3);
    byte[] unbroken;
    try (Run run = new Run(dropping, 4, 2, 1)) {
      run.step(0);
      run.step(1);
      byte[] adapter = run.adapter.toSafeTensors();
      byte[] state = run.optimizer.state();
      run.step(2);
      unbroken = run.adapter.toSafeTensors();
      try (Run restarted = new Run(dropping, 4, 2, 1, adapter, state)) {
        restarted.step(2);
        assertThat(restarted.adapter.toSafeTensors()).isEqualTo(unbroken);
      }
    }
  }

  @Test
  void shouldRaiseMarginsOfThePairsItLearnsFrom() {
    List<EncodedPair> pairs = certain(TinyPolicy.pairs(model, 8, 3));
    try (Run run = new Run(8, 4, 0.01)) {
      for (int step = 0; step < 20; step++) {
        run.trainer.step(pairs);
      }
      Map<String, Double> metrics = LearningMetrics.of(run.trainer.score(pairs));

      assertThat(metrics.get("rewards/accuracies")).isGreaterThan(0.8);
      assertThat(metrics.get("loss")).isLessThan(Math.log(2));
    }
  }

  @Test
  void shouldMoveNothingForPairsOfWeightZero() {
    List<EncodedPair> pairs = new ArrayList<>();
    for (EncodedPair pair : TinyPolicy.pairs(model, 2, 5)) {
      pairs.add(new EncodedPair(pair.a(), pair.b(), pair.belief(), 0, 0));
    }
    try (Run run = new Run(2, 2, 0.01)) {
      assertThat(run.trainer.step(pairs).report().gradNorm()).isZero();
    }
  }

  @Test
  void shouldDoubleTheGradientWithTheWeightAndHalveItInABatchHalfFull() {
    List<EncodedPair> pairs = certain(TinyPolicy.pairs(model, 2, 5));
    List<EncodedPair> doubled =
        pairs.stream()
            .map(pair -> new EncodedPair(pair.a(), pair.b(), pair.belief(), 0, 2))
            .toList();

    double norm = gradNorm(pairs, 2);

    assertThat(gradNorm(doubled, 2)).isCloseTo(2 * norm, within(1e-9 * norm));
    assertThat(gradNorm(pairs, 4)).isCloseTo(norm / 2, within(1e-9 * norm));
  }

  @Test
  void shouldReportTheTokensAndTheStepItTook() {
    List<EncodedPair> pairs = TinyPolicy.pairs(model, 3, 5);
    try (Run run = new Run(4, 2, 0.01)) {
      LearningStep<ScoredPair> step = run.trainer.step(pairs);

      assertThat(step.scored()).hasSize(3);
      assertThat(step.tokens())
          .isEqualTo(
              pairs.stream()
                  .mapToLong(pair -> pair.a().row().length() + pair.b().row().length())
                  .sum());
      assertThat(step.report()).isInstanceOf(StepReport.Applied.class);
    }
  }

  @Test
  void shouldRefuseABatchLargerThanConfigured() {
    try (Run run = new Run(2, 2, 0.01)) {
      assertThatThrownBy(() -> run.trainer.step(TinyPolicy.pairs(model, 3, 5)))
          .hasMessage("a batch holds 1 to 2 pairs, but had 3");
    }
  }

  private static double gradNorm(List<EncodedPair> pairs, int batchSize) {
    try (Run run = new Run(batchSize, 1, 0.01)) {
      return run.trainer.step(pairs).report().gradNorm();
    }
  }

  private static Map<String, double[]> weightsAfterThreeSteps(int batchSize, int microBatchSize) {
    return weightsAfterThreeSteps(new Run(batchSize, microBatchSize, 0.01), batchSize);
  }

  private static Map<String, double[]> weightsAfterThreeSteps(Run started, int batchSize) {
    try (Run run = started) {
      for (int step = 0; step < 3; step++) {
        run.trainer.step(TinyPolicy.pairs(model, batchSize, step));
      }
      Map<String, double[]> weights = new TreeMap<>();
      for (String name : run.adapter.parameters().names()) {
        weights.put(name, run.adapter.parameters().values(name));
      }
      return weights;
    }
  }

  private static List<EncodedPair> certain(List<EncodedPair> pairs) {
    return pairs.stream().map(pair -> new EncodedPair(pair.a(), pair.b(), 1, 0, 1)).toList();
  }

  /** An adapter with its optimizer. */
  private static final class Run implements AutoCloseable {
    final LoraAdapter adapter;
    final AdamW optimizer;
    final ObjectiveTrainer<EncodedPair, ScoredPair> trainer;

    Run(int batchSize, int microBatchSize, double learningRate) {
      adapter = LoraAdapter.initialize(model, LoraConfig.of(2, 4), 11);
      optimizer = AdamW.create(AdamWConfig.of(learningRate), adapter.parameters());
      trainer = trainer(batchSize, microBatchSize, 0);
    }

    Run(LoraConfig config, int batchSize, int microBatchSize, long seed) {
      adapter = LoraAdapter.initialize(model, config, 11);
      optimizer = AdamW.create(AdamWConfig.of(0.01), adapter.parameters());
      trainer = trainer(batchSize, microBatchSize, seed);
    }

    /** Goes on from what another run saved. */
    Run(
        LoraConfig config,
        int batchSize,
        int microBatchSize,
        long seed,
        byte[] weights,
        byte[] state) {
      adapter = LoraAdapter.fromSafeTensors(model, config, weights);
      optimizer = AdamW.restore(AdamWConfig.of(0.01), adapter.parameters(), state);
      trainer = trainer(batchSize, microBatchSize, seed);
    }

    private ObjectiveTrainer<EncodedPair, ScoredPair> trainer(
        int batchSize, int microBatchSize, long seed) {
      return ObjectiveTrainer.ofPairs(
          new TrainedPolicy.OfAdapter(model, adapter),
          optimizer,
          new DpoObjective(0.1, 0),
          new StepPlan(batchSize, microBatchSize, 64, seed));
    }

    void step(int number) {
      trainer.step(TinyPolicy.pairs(model, 4, number));
    }

    @Override
    public void close() {
      optimizer.close();
      adapter.close();
    }
  }
}
