/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Numbers computed by SimPO's authors' code and by TRL's CPO and ORPO trainers in float64. */
class ReferenceFreeOracleTest {

  @TestFactory
  Stream<DynamicTest> shouldAgreeWithTheAuthorsCode() {
    JsonNode oracle = Oracles.read("reference_free.json");
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
    PairOracle oracle = new PairOracle(batch, objective(config));

    Oracles.close("loss", oracle.loss(), expected.get("loss"));
    if (expected.has("chosen_rewards")) {
      Oracles.close(
          "chosen_rewards", oracle.each(ScoredPair::chosenReward), expected.get("chosen_rewards"));
      Oracles.close(
          "rejected_rewards",
          oracle.each(ScoredPair::rejectedReward),
          expected.get("rejected_rewards"));
    }
    if (config.get("method").asText().equals("simpo")) {
      Oracles.close("losses", oracle.each(pair -> pair.value().loss()), expected.get("losses"));
    }
    oracle.checkGradient(expected.get("grad_policy_logits"));
  }

  static PairObjective objective(JsonNode config) {
    double beta = config.get("beta").asDouble();
    return switch (config.get("method").asText()) {
      case "simpo" ->
          new SimpoObjective(
              beta, config.get("gamma_beta_ratio").asDouble() * beta, margin(config));
      case "cpo" -> cpo(beta, config);
      case "orpo" -> new OrpoObjective(beta);
      default -> throw new IllegalArgumentException(config.toString());
    };
  }

  private static PairObjective cpo(double beta, JsonNode config) {
    double alpha = config.get("cpo_alpha").asDouble();
    if (config.get("loss_type").asText().equals("simpo")) {
      // CPO-SimPO with alpha 0.
      return new SimpoObjective(
          beta, config.get("simpo_gamma").asDouble(), new MarginLoss.Logistic(0));
    }
    return new CpoObjective(beta, alpha, margin(config));
  }

  private static MarginLoss margin(JsonNode config) {
    return switch (config.get("loss_type").asText()) {
      case "sigmoid" -> new MarginLoss.Logistic(config.get("label_smoothing").asDouble());
      case "hinge" -> new MarginLoss.Hinge();
      case "ipo" -> new MarginLoss.Squared();
      default -> throw new IllegalArgumentException(config.toString());
    };
  }
}
