/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.alignment.LearningMetrics;
import dev.plumbline.lm.Statistic;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Numbers computed by TRL's KTO trainer and by KTO's authors' code (HALOs). */
class KtoOracleTest {
  @TempDir private Path directory;

  @TestFactory
  Stream<DynamicTest> shouldAgreeWithTrlAndTheAuthorsCode() {
    return Oracles.tests(
        "kto.json",
        directory,
        LogitRow::ofUnpaired,
        one -> {
          Learned learned = learn(one);

          Map<String, Double> metrics = new TreeMap<>(learned.metrics());
          one.close("loss", metrics.remove("loss"));
          one.closeGradient(learned.gradient());
          if (one.expected().has("KL")) {
            one.close("KL", metrics.get("kl"));
          }
          if (one.expected().has("metrics")) {
            one.closeMetrics(metrics);
          }
        });
  }

  /** The file has no such batch: its own, with logits so large that probabilities are 0 or 1. */
  @TestFactory
  Stream<DynamicTest> shouldAgreeInFloat32AtExtremeLogits() {
    return Oracles.extremeTests(
        "kto.json",
        directory,
        LogitRow::ofUnpaired,
        (one, exact) -> {
          Learned learned = learn(one);
          Learned expected = learn(exact);

          one.close("loss", learned.metrics().get("loss"), expected.metrics().get("loss"));
          one.closeGradient(learned.gradient(), expected.gradient());
        });
  }

  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  private record Learned(Map<String, Double> metrics, double[][][] gradient) {}

  private static Learned learn(OracleCase one) {
    UnpairedObjective objective = objective(one.config());
    JsonNode labels = one.batch().get("label");
    int count = labels.size();
    Set<Statistic> asked = EnumSet.copyOf(objective.statistics());
    asked.addAll(one.model().tokenStatistics());
    List<ScoredUnpaired> examples = new ArrayList<>();
    double[][][] gradient =
        one.model()
            .gradient(
                asked,
                objective.labels(),
                said -> {
                  List<UnpairedStatistics> statistics = new ArrayList<>();
                  for (int i = 0; i < count; i++) {
                    double belief = labels.get(i).asBoolean() ? 1 : 0;
                    statistics.add(
                        new UnpairedStatistics(said.get(i), said.get(count + i), belief, 1));
                  }
                  UnpairedBatchValue batch = objective.evaluate(statistics);
                  List<TokenDerivatives> derivatives = new ArrayList<>();
                  for (int i = 0; i < count; i++) {
                    UnpairedValue value = batch.values().get(i);
                    examples.add(
                        new ScoredUnpaired(statistics.get(i), value, batch.referencePoint()));
                    derivatives.add(value.completion().times(1.0 / count));
                  }
                  derivatives.addAll(Collections.nCopies(count, TokenDerivatives.none()));
                  return derivatives;
                });
    return new Learned(LearningMetrics.of(examples), Arrays.copyOf(gradient, count));
  }

  private static UnpairedObjective objective(JsonNode config) {
    double beta = config.get("beta").asDouble();
    double desirable = config.get("desirable_weight").asDouble();
    double undesirable = config.get("undesirable_weight").asDouble();
    return config.path("loss_type").asText().equals("apo_zero_unpaired")
        ? new ApoZeroUnpairedObjective(beta, desirable, undesirable)
        : new KtoObjective(beta, desirable, undesirable);
  }
}
