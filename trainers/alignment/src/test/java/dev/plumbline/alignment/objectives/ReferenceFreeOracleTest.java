/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Numbers computed by SimPO's authors' code and by TRL's CPO and ORPO trainers. */
class ReferenceFreeOracleTest {

  @TempDir private Path directory;

  @TestFactory
  Stream<DynamicTest> shouldAgreeWithTheAuthorsCode() {
    return Oracles.tests(
        "reference_free.json", directory, LogitRow::ofPairs, ReferenceFreeOracleTest::check);
  }

  private static void check(OracleCase one) {
    PairOracle oracle = new PairOracle(one, objective(one.config()));

    one.close("loss", oracle.loss());
    if (one.expected().has("chosen_rewards")) {
      oracle.close("chosen_rewards", ScoredPair::chosenReward);
      oracle.close("rejected_rewards", ScoredPair::rejectedReward);
    }
    if (one.config().get("method").asText().equals("simpo")) {
      oracle.close("losses", pair -> pair.value().loss());
    }
    one.closeGradient(oracle.gradient());
    if (one.config().path("cpo_alpha").asDouble() > 0) {
      checkLikelihoodOfSimpo(one);
    }
  }

  /** The file has CPO-SimPO with alpha 0 alone: the term that alpha weighs is held to CPO's. */
  private static void checkLikelihoodOfSimpo(OracleCase one) {
    MarginLoss margin = new MarginLoss.Logistic(0);
    double with = new PairOracle(one, new SimpoObjective(2, 0.5, 0.7, margin)).loss();
    double without = new PairOracle(one, new SimpoObjective(2, 0.5, margin)).loss();
    one.close("nll_loss", (with - without) / 0.7);
  }

  private static PairObjective objective(JsonNode config) {
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
      return new SimpoObjective(
          beta, config.get("simpo_gamma").asDouble(), alpha, new MarginLoss.Logistic(0));
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
