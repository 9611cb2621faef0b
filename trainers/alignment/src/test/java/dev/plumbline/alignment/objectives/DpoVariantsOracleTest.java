/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.alignment.LearningMetrics;
import dev.plumbline.lm.Statistic;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Numbers computed by TRL's DPO trainer. */
class DpoVariantsOracleTest {

  @TempDir private Path directory;

  @TestFactory
  Stream<DynamicTest> shouldAgreeWithTrl() {
    return Oracles.tests(
        "dpo_variants_trl.json", directory, LogitRow::ofPairs, DpoVariantsOracleTest::check);
  }

  private static void check(OracleCase one) {
    PairObjective objective = objective(one.config());
    Set<Statistic> asked = EnumSet.copyOf(objective.statistics());
    asked.addAll(one.model().tokenStatistics());
    PairOracle oracle = new PairOracle(one, objective, asked, PairOracle::chosenAndRejected);

    Map<String, Double> metrics = new TreeMap<>(LearningMetrics.of(oracle.pairs()));
    one.close("loss", oracle.loss());
    metrics.remove("loss");
    if (objective instanceof LdDpoObjective ld) {
      // TRL logs what LD-DPO makes of the log-probabilities.
      metrics.put(
          "logps/chosen", oracle.mean(pair -> ld.desensitised(pair.statistics()).a().logProb()));
      metrics.put(
          "logps/rejected", oracle.mean(pair -> ld.desensitised(pair.statistics()).b().logProb()));
    }
    one.closeMetrics(metrics);
    one.closeGradient(oracle.gradient());
  }

  private static PairObjective objective(JsonNode config) {
    JsonNode names = config.get("loss_types");
    List<CombinedObjective.Part> parts = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      double weight = config.has("loss_weights") ? config.get("loss_weights").get(i).asDouble() : 1;
      parts.add(new CombinedObjective.Part(one(names.get(i).asText(), config), weight));
    }
    PairObjective objective =
        parts.size() == 1 ? parts.getFirst().objective() : new CombinedObjective(parts);
    if (config.has("ld_alpha")) {
      objective = new LdDpoObjective(objective, config.get("ld_alpha").asDouble());
    }
    return config.has("use_weighting") ? new WpoObjective(objective) : objective;
  }

  private static PairObjective one(String name, JsonNode config) {
    double beta = config.get("beta").asDouble();
    double smoothing = config.has("label_smoothing") ? config.get("label_smoothing").asDouble() : 0;
    return switch (name) {
      case "sigmoid" ->
          config.has("f_divergence_type")
              ? new FDivergenceDpoObjective(beta, divergence(config))
              : new DpoObjective(beta, 0);
      case "hinge" -> new HingeObjective(beta);
      case "ipo" -> new IpoObjective(beta);
      case "nca_pair" -> new NcaPairObjective(beta);
      case "bco_pair" -> new BcoPairObjective(beta);
      case "sppo_hard" -> new SppoHardObjective(beta);
      case "aot" -> new AotObjective(beta, smoothing);
      case "aot_unpaired" -> new AotUnpairedObjective(beta, smoothing);
      case "apo_zero" -> new ApoZeroObjective(beta);
      case "apo_down" -> new ApoDownObjective(beta);
      case "discopop" -> new DiscoPopObjective(beta, 0.05);
      case "sft" -> new SftObjective(beta);
      case "sigmoid_norm" -> new SigmoidNormObjective(beta);
      case "exo_pair" -> new ExoPairObjective(beta, smoothing);
      case "robust" -> new RobustDpoObjective(beta, smoothing);
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static FDivergence divergence(JsonNode config) {
    return switch (config.get("f_divergence_type").asText()) {
      case "forward_kl" -> new FDivergence.ForwardKl();
      case "js_divergence" -> new FDivergence.JensenShannon();
      case "alpha_divergence" ->
          new FDivergence.Alpha(config.get("f_alpha_divergence_coef").asDouble());
      default -> throw new IllegalArgumentException(config.toString());
    };
  }
}
