/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Numbers computed by the DPO authors' code. */
class DpoReferenceOracleTest {

  @TempDir private Path directory;

  @TestFactory
  Stream<DynamicTest> shouldAgreeWithTheAuthorsCode() {
    return Oracles.tests(
        "dpo_reference.json", directory, LogitRow::ofPairs, DpoReferenceOracleTest::check);
  }

  private static void check(OracleCase one) {
    PairOracle oracle = new PairOracle(one, averagedObjective(one.config()));

    oracle.close("losses", pair -> pair.value().loss());
    one.close("loss_mean", oracle.loss());
    oracle.close("chosen_rewards", ScoredPair::chosenReward);
    oracle.close("rejected_rewards", ScoredPair::rejectedReward);
    oracle.close("reward_margins", pair -> pair.chosenReward() - pair.rejectedReward());
    oracle.close("reward_accuracies", pair -> pair.isRewardRight() ? 1 : 0);
    if (!one.config().get("average_log_prob").asBoolean()) {
      oracle.close("policy_chosen_logps", ScoredPair::chosenLogProb);
      oracle.close("reference_rejected_logps", pair -> pair.statistics().b().referenceLogProb());
    }
    one.closeGradient(oracle.gradient());
  }

  private static PairObjective averagedObjective(JsonNode config) {
    PairObjective sums = objective(config);
    return config.get("average_log_prob").asBoolean() ? new LengthAveragedObjective(sums) : sums;
  }

  private static PairObjective objective(JsonNode config) {
    double beta = config.get("beta").asDouble();
    double labelSmoothing = config.get("label_smoothing").asDouble();
    if (config.get("ipo").asBoolean()) {
      return new IpoSumObjective(beta);
    }
    return config.get("reference_free").asBoolean()
        ? new ReferenceFreeDpoObjective(beta, labelSmoothing)
        : new DpoObjective(beta, labelSmoothing);
  }
}
