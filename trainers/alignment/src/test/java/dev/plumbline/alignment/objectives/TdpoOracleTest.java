/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Numbers computed by the TDPO authors' code. */
class TdpoOracleTest {

  @TempDir private Path directory;

  @TestFactory
  Stream<DynamicTest> shouldAgreeWithTheAuthorsCode() {
    return Oracles.tests("tdpo.json", directory, LogitRow::ofPairs, TdpoOracleTest::check);
  }

  private static void check(OracleCase one) {
    double beta = one.config().get("beta").asDouble();
    PairOracle oracle = new PairOracle(one, averagedObjective(one.config()));

    oracle.close("losses", pair -> pair.value().loss());
    one.close("loss_mean", oracle.loss());
    oracle.close("chosen_rewards", ScoredPair::chosenReward);
    oracle.close("rejected_rewards", ScoredPair::rejectedReward);
    oracle.close("reward_margins", pair -> pair.chosenReward() - pair.rejectedReward());
    if (!one.batch().get("policy_logits").equals(one.batch().get("reference_logits"))) {
      // Where policy and reference agree, the authors' code compares two roundings of 0.
      oracle.close("reward_accuracies", pair -> pair.isRewardRight() ? 1 : 0);
    }
    oracle.close("chosen_logps_margin", pair -> pair.value().rewardA().withoutDivergence() / beta);
    oracle.close(
        "rejected_logps_margin", pair -> pair.value().rewardB().withoutDivergence() / beta);
    if (!one.config().get("average_log_prob").asBoolean()) {
      oracle.close("chosen_position_kl", ScoredPair::chosenDivergence);
      oracle.close("rejected_position_kl", ScoredPair::rejectedDivergence);
      oracle.close("policy_chosen_logps", ScoredPair::chosenLogProb);
    }
    one.closeGradient(oracle.gradient());
  }

  private static PairObjective averagedObjective(JsonNode config) {
    double beta = config.get("beta").asDouble();
    PairObjective sums =
        switch (config.get("variant").asText()) {
          case "tdpo1" -> new Tdpo1Objective(beta);
          case "tdpo2" -> new Tdpo2Objective(beta, config.get("alpha").asDouble());
          default -> throw new IllegalArgumentException(config.toString());
        };
    return config.get("average_log_prob").asBoolean() ? new LengthAveragedObjective(sums) : sums;
  }
}
