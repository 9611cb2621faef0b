/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Numbers computed by TRL's KTO trainer and by KTO's authors' code (HALOs) in float64. */
class KtoOracleTest {

  @TestFactory
  Stream<DynamicTest> shouldAgreeWithTrlAndTheAuthorsCode() {
    JsonNode oracle = Oracles.read("kto.json");
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
    double desirable = config.get("desirable_weight").asDouble();
    double undesirable = config.get("undesirable_weight").asDouble();
    UnpairedObjective objective =
        config.path("loss_type").asText().equals("apo_zero_unpaired")
            ? new ApoZeroUnpairedObjective(beta, desirable, undesirable)
            : new KtoObjective(beta, desirable, undesirable);
    int rows = batch.get("N").asInt();
    List<LogitRow> completions = new ArrayList<>();
    List<UnpairedStatistics> examples = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      completions.add(row(batch, "", i));
      examples.add(
          new UnpairedStatistics(
              completions.get(i).statistics(),
              row(batch, "KL_", i).statistics(),
              batch.get("label").get(i).asBoolean() ? 1 : 0,
              1));
    }

    UnpairedBatchValue value = objective.evaluate(examples);

    double loss = value.values().stream().mapToDouble(UnpairedValue::loss).sum() / rows;
    Oracles.close("loss", loss, expected.get("loss"));
    for (int i = 0; i < rows; i++) {
      Oracles.close(
          "gradient of " + i,
          completions.get(i).pullBack(value.values().get(i).completion(), 1.0 / rows),
          expected.get("grad_policy_logits").get(i));
    }
    if (expected.has("KL")) {
      Oracles.close("KL", value.referencePoint(), expected.get("KL"));
    }
    JsonNode metrics = expected.path("metrics");
    if (!metrics.isMissingNode()) {
      Oracles.close("kl", value.referencePoint(), metrics.get("kl"));
      checkMean(batch, value, true, metrics.path("rewards/chosen"));
      checkMean(batch, value, false, metrics.path("rewards/rejected"));
    }
  }

  private static void checkMean(
      JsonNode batch, UnpairedBatchValue value, boolean desirable, JsonNode expected) {
    List<Double> rewards = new ArrayList<>();
    for (int i = 0; i < value.values().size(); i++) {
      if (batch.get("label").get(i).asBoolean() == desirable) {
        rewards.add(value.values().get(i).reward());
      }
    }
    if (!rewards.isEmpty()) {
      Oracles.close(
          desirable ? "rewards/chosen" : "rewards/rejected",
          rewards.stream().mapToDouble(Double::doubleValue).average().orElseThrow(),
          expected);
    }
  }

  private static LogitRow row(JsonNode batch, String prefix, int row) {
    return LogitRow.of(
        Oracles.rows(batch.get(prefix + "policy_logits").get(row)),
        Oracles.rows(batch.get(prefix + "reference_logits").get(row)),
        batch.get(prefix + "input_ids").get(row),
        batch.get(prefix + "completion_mask").get(row));
  }
}
