/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Numbers computed by the DPO authors' code in float64. */
class DpoReferenceOracleTest {

  @TestFactory
  Stream<DynamicTest> shouldAgreeWithTheAuthorsCode() {
    JsonNode oracle = Oracles.read("dpo_reference.json");
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
    boolean averaged = config.get("average_log_prob").asBoolean();
    PairOracle oracle = new PairOracle(batch, averagedObjective(config));

    Oracles.close("losses", oracle.each(pair -> pair.value().loss()), expected.get("losses"));
    Oracles.close("loss_mean", oracle.loss(), expected.get("loss_mean"));
    Oracles.close(
        "chosen_rewards", oracle.each(ScoredPair::chosenReward), expected.get("chosen_rewards"));
    Oracles.close(
        "rejected_rewards",
        oracle.each(ScoredPair::rejectedReward),
        expected.get("rejected_rewards"));
    Oracles.close(
        "reward_margins",
        oracle.each(pair -> pair.chosenReward() - pair.rejectedReward()),
        expected.get("reward_margins"));
    Oracles.close(
        "reward_accuracies",
        oracle.each(pair -> pair.isRewardRight() ? 1 : 0),
        expected.get("reward_accuracies"));
    if (!averaged) {
      Oracles.close(
          "policy_chosen_logps",
          oracle.each(ScoredPair::chosenLogProb),
          expected.get("policy_chosen_logps"));
      Oracles.close(
          "reference_rejected_logps",
          oracle.each(pair -> pair.statistics().b().referenceLogProb()),
          expected.get("reference_rejected_logps"));
    }
    oracle.checkGradient(expected.get("grad_policy_logits"));
  }

  static PairObjective averagedObjective(JsonNode config) {
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
