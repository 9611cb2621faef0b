/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.lm.Statistic;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Numbers computed by the TDPO authors' code in float64. */
class TdpoOracleTest {

  @TestFactory
  Stream<DynamicTest> shouldAgreeWithTheAuthorsCode() {
    JsonNode oracle = Oracles.read("tdpo.json");
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
    double beta = config.get("beta").asDouble();
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
    if (!batch.get("policy_logits").equals(batch.get("reference_logits"))) {
      // Where policy and reference agree, the authors' code compares two roundings of 0.
      Oracles.close(
          "reward_accuracies",
          oracle.each(pair -> pair.isRewardRight() ? 1 : 0),
          expected.get("reward_accuracies"));
    }
    Oracles.close(
        "reward_margins",
        oracle.each(pair -> pair.chosenReward() - pair.rejectedReward()),
        expected.get("reward_margins"));
    Oracles.close(
        "beta * chosen_logps_margin",
        oracle.each(pair -> pair.value().rewardA().withoutDivergence() / beta),
        expected.get("chosen_logps_margin"));
    Oracles.close(
        "beta * rejected_logps_margin",
        oracle.each(pair -> pair.value().rewardB().withoutDivergence() / beta),
        expected.get("rejected_logps_margin"));
    if (!averaged) {
      Oracles.close(
          "chosen_position_kl",
          oracle.each(pair -> pair.statistics().a().sum(Statistic.FORWARD_KL)),
          expected.get("chosen_position_kl"));
      Oracles.close(
          "rejected_position_kl",
          oracle.each(pair -> pair.statistics().b().sum(Statistic.FORWARD_KL)),
          expected.get("rejected_position_kl"));
      Oracles.close(
          "policy_chosen_logps",
          oracle.each(ScoredPair::chosenLogProb),
          expected.get("policy_chosen_logps"));
    }
    oracle.checkGradient(expected.get("grad_policy_logits"));
  }

  static PairObjective averagedObjective(JsonNode config) {
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
