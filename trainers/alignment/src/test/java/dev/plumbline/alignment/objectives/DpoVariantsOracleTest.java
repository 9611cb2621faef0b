/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Numbers computed by TRL's DPO trainer in float64. */
class DpoVariantsOracleTest {

  @TestFactory
  Stream<DynamicTest> shouldAgreeWithTrl() {
    JsonNode oracle = Oracles.read("dpo_variants_trl.json");
    return Oracles.cases(oracle)
        .map(
            one ->
                dynamicTest(
                    one.get("batch").asText() + " " + one.get("config"),
                    () ->
                        check(
                            oracle.get("batches").get(one.get("batch").asText()),
                            one.get("config"),
                            one.get("expected"))));
  }

  private static void check(JsonNode batch, JsonNode config, JsonNode expected) {
    PairObjective objective = objective(config);
    PairOracle oracle = new PairOracle(batch, objective);

    Oracles.close("loss", oracle.loss(), expected.get("loss"));
    JsonNode metrics = expected.get("metrics");
    Oracles.close(
        "rewards/chosen", oracle.mean(ScoredPair::chosenReward), metrics.get("rewards/chosen"));
    Oracles.close(
        "rewards/rejected",
        oracle.mean(ScoredPair::rejectedReward),
        metrics.get("rewards/rejected"));
    Oracles.close(
        "rewards/margins",
        oracle.mean(pair -> pair.chosenReward() - pair.rejectedReward()),
        metrics.get("rewards/margins"));
    Oracles.close(
        "rewards/accuracies",
        oracle.mean(pair -> pair.isRewardRight() ? 1 : 0),
        metrics.get("rewards/accuracies"));
    List<PairStatistics> seen =
        oracle.statistics().stream()
            .map(pair -> objective instanceof LdDpoObjective ld ? ld.desensitised(pair) : pair)
            .toList();
    Oracles.close(
        "logps/chosen",
        seen.stream().mapToDouble(pair -> pair.a().logProb()).average().orElseThrow(),
        metrics.get("logps/chosen"));
    Oracles.close(
        "logps/rejected",
        seen.stream().mapToDouble(pair -> pair.b().logProb()).average().orElseThrow(),
        metrics.get("logps/rejected"));
    if (expected.has("grad_policy_logits")) {
      oracle.checkGradient(expected.get("grad_policy_logits"));
    }
  }

  static PairObjective objective(JsonNode config) {
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
