/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.alignment.objectives.AotObjective;
import dev.plumbline.alignment.objectives.AotUnpairedObjective;
import dev.plumbline.alignment.objectives.CombinedObjective;
import dev.plumbline.alignment.objectives.CpoObjective;
import dev.plumbline.alignment.objectives.DpoObjective;
import dev.plumbline.alignment.objectives.IpoObjective;
import dev.plumbline.alignment.objectives.KtoObjective;
import dev.plumbline.alignment.objectives.LdDpoObjective;
import dev.plumbline.alignment.objectives.MarginLoss;
import dev.plumbline.alignment.objectives.OrpoObjective;
import dev.plumbline.alignment.objectives.PairObjective;
import dev.plumbline.alignment.objectives.PlackettLuceObjective;
import dev.plumbline.alignment.objectives.ScoredPair;
import dev.plumbline.alignment.objectives.ScoredRanking;
import dev.plumbline.alignment.objectives.ScoredUnpaired;
import dev.plumbline.alignment.objectives.SftObjective;
import dev.plumbline.alignment.objectives.Tdpo2Objective;
import dev.plumbline.alignment.objectives.UnpairedObjective;
import dev.plumbline.alignment.objectives.WpoObjective;
import dev.plumbline.lm.AdamW;
import dev.plumbline.lm.AdamWConfig;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.LoraAdapter;
import dev.plumbline.lm.LoraConfig;
import dev.plumbline.lm.Statistic;
import dev.plumbline.lm.StepReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Objectives of every kind through a small model: batches, weights, and what is logged. */
class ObjectiveTrainingTest {
  private static final int BATCH = 4;
  private static CausalLanguageModel model;

  @BeforeAll
  static void open() {
    model = TinyPolicy.open();
  }

  @AfterAll
  static void close() {
    model.close();
  }

  static Stream<PairObjective> pairObjectives() {
    MarginLoss logistic = new MarginLoss.Logistic(0);
    return Stream.of(
        new Tdpo2Objective(0.1, 0.5),
        new AotObjective(0.1, 0),
        new OrpoObjective(0.1),
        new WpoObjective(new IpoObjective(0.1)),
        new LdDpoObjective(new DpoObjective(0.1, 0), 0.5),
        new CpoObjective(0.1, 1, logistic),
        new CombinedObjective(
            List.of(
                new CombinedObjective.Part(new AotUnpairedObjective(0.1, 0), 0.8),
                new CombinedObjective.Part(new SftObjective(0.1), 1))));
  }

  @ParameterizedTest
  @MethodSource("pairObjectives")
  void shouldTakeTheSameStepsInMicroBatchesAsInOneBatch(PairObjective objective) {
    Map<String, double[]> whole = pairSteps(objective, BATCH);

    for (int microBatch : new int[] {1, 3}) {
      same(pairSteps(objective, microBatch), whole);
    }
  }

  @Test
  void shouldTakeTheSameKtoStepsInMicroBatchesAsInOneBatch() {
    KtoObjective kto = new KtoObjective(0.5, 1, 1);
    Map<String, double[]> whole = unpairedSteps(kto, BATCH);

    same(unpairedSteps(kto, 1), whole);
    same(unpairedSteps(kto, 3), whole);
  }

  @Test
  void shouldTakeTheSameRankingStepsInMicroBatchesAsInOneBatch() {
    Map<String, double[]> whole = rankingSteps(BATCH);

    same(rankingSteps(1), whole);
    same(rankingSteps(3), whole);
  }

  @Test
  void shouldRaiseTheRewardOfWhatIsDesirable() {
    List<EncodedUnpaired> examples = unpaired(8, 3);
    try (Run run = new Run()) {
      ObjectiveTrainer<EncodedUnpaired, ScoredUnpaired> trainer =
          ObjectiveTrainer.ofUnpaired(
              new TrainedPolicy.OfAdapter(model, run.adapter),
              run.optimizer,
              new KtoObjective(0.5, 1, 1),
              new StepPlan(8, 3, 64, 1));
      for (int step = 0; step < 20; step++) {
        trainer.step(examples);
      }

      Map<String, Double> metrics = LearningMetrics.of(trainer.score(examples));

      assertThat(metrics.get("rewards/margins")).isPositive();
      assertThat(metrics.get("loss")).isLessThan(0.5);
      assertThat(metrics).containsKeys("kl", "logps/chosen", "logps/rejected");
    }
  }

  @Test
  void shouldPutRewardsInTheOrderOfTheRankings() {
    List<EncodedRanking> rankings = rankings(4, 3);
    try (Run run = new Run()) {
      ObjectiveTrainer<EncodedRanking, ScoredRanking> trainer =
          ObjectiveTrainer.ofRankings(
              new TrainedPolicy.OfAdapter(model, run.adapter),
              run.optimizer,
              new PlackettLuceObjective(0.5),
              new StepPlan(4, 2, 64, 1));
      double before = LearningMetrics.of(trainer.score(rankings)).get("loss");
      for (int step = 0; step < 20; step++) {
        LearningStep<ScoredRanking> taken = trainer.step(rankings);
        assertThat(taken.report()).isInstanceOf(StepReport.Applied.class);
      }

      Map<String, Double> metrics = LearningMetrics.of(trainer.score(rankings));

      assertThat(metrics.get("loss")).isLessThan(before);
      assertThat(metrics.get("rewards/accuracies")).isGreaterThan(0.8);
    }
  }

  @Test
  void shouldLogDivergencesAndBothRewardsOfTdpo() {
    List<EncodedPair> pairs = TinyPolicy.pairs(model, 4, 3);
    try (Run run = new Run()) {
      ObjectiveTrainer<EncodedPair, ScoredPair> trainer =
          run.trainer(new Tdpo2Objective(0.1, 0.5), 4);
      for (int step = 0; step < 3; step++) {
        trainer.step(pairs);
      }

      Map<String, Double> metrics = LearningMetrics.of(trainer.score(pairs));

      assertThat(metrics.get("kl/chosen")).isPositive();
      assertThat(metrics.get("rewards/chosen"))
          .isCloseTo(
              metrics.get("rewards_without_kl/chosen") + 0.1 * metrics.get("kl/chosen"),
              within(1e-12));
      assertThat(metrics.get("kl/margin"))
          .isCloseTo(metrics.get("kl/chosen") - metrics.get("kl/rejected"), within(1e-12));
    }
  }

  @Test
  void shouldLearnNothingFromTokensThatCountNothing() {
    List<EncodedPair> marked = new ArrayList<>();
    for (EncodedPair pair : TinyPolicy.pairs(model, 2, 9)) {
      double[] weights = new double[pair.a().row().completionTokens()];
      weights[0] = 1;
      marked.add(new EncodedPair(pair.a().weighted(weights), pair.b(), 1, 0, 1));
    }
    try (Run run = new Run()) {
      ScoredPair scored = run.trainer(new DpoObjective(0.1, 0), 2).score(marked).getFirst();

      assertThat(scored.statistics().a().length()).isEqualTo(1);
      assertThat(scored.value().a().value(Statistic.LOG_PROB, 0)).isNegative();
      assertThat(
              scored
                  .value()
                  .a()
                  .value(Statistic.LOG_PROB, marked.getFirst().a().row().completionTokens() - 1))
          .isZero();
    }
  }

  @Test
  void shouldRefuseABatchLargerThanConfigured() {
    try (Run run = new Run()) {
      ObjectiveTrainer<EncodedRanking, ScoredRanking> trainer =
          ObjectiveTrainer.ofRankings(
              new TrainedPolicy.OfAdapter(model, run.adapter),
              run.optimizer,
              new PlackettLuceObjective(0.5),
              new StepPlan(1, 1, 64, 1));

      assertThatThrownBy(() -> trainer.step(rankings(2, 1)))
          .hasMessage("a batch holds 1 to 1 rankings, but had 2");
    }
  }

  private static void same(Map<String, double[]> weights, Map<String, double[]> expected) {
    weights.forEach(
        (name, values) ->
            assertThat(values).as(name).containsExactly(expected.get(name), within(1e-6)));
  }

  private static Map<String, double[]> pairSteps(PairObjective objective, int microBatch) {
    try (Run run = new Run()) {
      ObjectiveTrainer<EncodedPair, ScoredPair> trainer = run.trainer(objective, microBatch);
      return run.weightsAfter(seed -> trainer.step(TinyPolicy.pairs(model, BATCH, seed)).report());
    }
  }

  private static Map<String, double[]> unpairedSteps(UnpairedObjective objective, int microBatch) {
    try (Run run = new Run()) {
      ObjectiveTrainer<EncodedUnpaired, ScoredUnpaired> trainer =
          ObjectiveTrainer.ofUnpaired(
              new TrainedPolicy.OfAdapter(model, run.adapter),
              run.optimizer,
              objective,
              new StepPlan(BATCH, microBatch, 64, 1));
      return run.weightsAfter(seed -> trainer.step(unpaired(BATCH, seed)).report());
    }
  }

  private static Map<String, double[]> rankingSteps(int microBatch) {
    try (Run run = new Run()) {
      ObjectiveTrainer<EncodedRanking, ScoredRanking> trainer =
          ObjectiveTrainer.ofRankings(
              new TrainedPolicy.OfAdapter(model, run.adapter),
              run.optimizer,
              new PlackettLuceObjective(0.1),
              new StepPlan(BATCH, microBatch, 64, 1));
      return run.weightsAfter(seed -> trainer.step(rankings(BATCH, seed)).report());
    }
  }

  private static List<EncodedUnpaired> unpaired(int count, long seed) {
    List<EncodedUnpaired> examples = new ArrayList<>();
    for (EncodedPair pair : TinyPolicy.pairs(model, count / 2, seed)) {
      examples.add(new EncodedUnpaired(pair.a(), 1, 1));
      examples.add(new EncodedUnpaired(pair.b(), 0, pair.weight()));
    }
    return examples;
  }

  /** Rankings of three completions, and every other one of four with a tie. */
  private static List<EncodedRanking> rankings(int count, long seed) {
    List<EncodedPair> pairs = TinyPolicy.pairs(model, 2 * count, seed);
    List<EncodedRanking> rankings = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      EncodedPair first = pairs.get(2 * i);
      EncodedPair second = pairs.get(2 * i + 1);
      rankings.add(
          i % 2 == 0
              ? new EncodedRanking(List.of(first.a(), second.a(), first.b()), List.of(1, 1, 1), 1)
              : new EncodedRanking(
                  List.of(first.a(), second.a(), first.b(), second.b()), List.of(1, 2, 1), 1));
    }
    return rankings;
  }

  /** A fresh adapter with its optimizer. */
  private static final class Run implements AutoCloseable {
    final LoraAdapter adapter = LoraAdapter.initialize(model, LoraConfig.of(2, 4), 11);
    final AdamW optimizer = AdamW.create(AdamWConfig.of(0.01), adapter.parameters());

    ObjectiveTrainer<EncodedPair, ScoredPair> trainer(PairObjective objective, int microBatch) {
      return ObjectiveTrainer.ofPairs(
          new TrainedPolicy.OfAdapter(model, adapter),
          optimizer,
          objective,
          new StepPlan(BATCH, microBatch, 64, 1));
    }

    Map<String, double[]> weightsAfter(IntFunction<StepReport> step) {
      for (int seed = 0; seed < 2; seed++) {
        assertThat(step.apply(seed)).isInstanceOf(StepReport.Applied.class);
      }
      Map<String, double[]> weights = new TreeMap<>();
      for (String name : adapter.parameters().names()) {
        weights.put(name, adapter.parameters().values(name));
      }
      return weights;
    }

    @Override
    public void close() {
      optimizer.close();
      adapter.close();
    }
  }
}
