/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Holds {@link DpoObjective} against numbers computed by the DPO authors' code in float64. Logits
 * become log-probabilities, and derivatives go back to logits, in plain Java here, so that nothing
 * but the objective's own formula is under test.
 */
class DpoReferenceOracleTest {
  private static final double VALUE_TOLERANCE = 1e-10;
  private static final double GRADIENT_TOLERANCE = 1e-9;

  @TestFactory
  Stream<DynamicTest> shouldAgreeWithTheAuthorsCode() throws IOException {
    JsonNode oracle = read("dpo_reference.json");
    return StreamSupport.stream(oracle.get("cases").spliterator(), false)
        .map(
            oneCase ->
                dynamicTest(
                    oneCase.get("batch").asText() + " " + oneCase.get("config"),
                    () -> {
                      JsonNode config = oneCase.get("config");
                      Assumptions.assumeFalse(
                          config.get("ipo").asBoolean(), "IPO is another objective");
                      Assumptions.assumeFalse(
                          config.get("reference_free").asBoolean(),
                          "DPO without a reference is another objective");
                      check(
                          oracle.get("batches").get(oneCase.get("batch").asText()),
                          config,
                          oneCase.get("expected"));
                    }));
  }

  private static void check(JsonNode batch, JsonNode config, JsonNode expected) {
    int pairs = batch.get("B").asInt();
    DpoObjective objective =
        new DpoObjective(config.get("beta").asDouble(), config.get("label_smoothing").asDouble());
    double meanLoss = 0;
    for (int i = 0; i < pairs; i++) {
      PairStatistics statistics =
          new PairStatistics(
              completionLogProb(batch, "policy_logits", i),
              completionLogProb(batch, "policy_logits", pairs + i),
              completionLogProb(batch, "reference_logits", i),
              completionLogProb(batch, "reference_logits", pairs + i),
              1,
              1,
              1,
              1);
      ScoredPair scored = new ScoredPair(statistics, objective.evaluate(statistics));
      close(expected, "policy_chosen_logps", i, statistics.policyLogProbA());
      close(expected, "policy_rejected_logps", i, statistics.policyLogProbB());
      close(expected, "reference_chosen_logps", i, statistics.referenceLogProbA());
      close(expected, "reference_rejected_logps", i, statistics.referenceLogProbB());
      close(expected, "losses", i, scored.value().loss());
      close(expected, "chosen_rewards", i, scored.chosenReward());
      close(expected, "rejected_rewards", i, scored.rejectedReward());
      close(expected, "reward_margins", i, scored.chosenReward() - scored.rejectedReward());
      close(expected, "reward_accuracies", i, scored.isRewardRight() ? 1 : 0);
      checkGradient(batch, expected, i, scored.value().derivativeA() / pairs);
      checkGradient(batch, expected, pairs + i, scored.value().derivativeB() / pairs);
      meanLoss += scored.value().loss() / pairs;
    }
    assertThat(meanLoss)
        .isCloseTo(
            expected.get("loss_mean").asDouble(),
            within(VALUE_TOLERANCE * Math.max(1, Math.abs(meanLoss))));
  }

  private static void close(JsonNode expected, String name, int i, double actual) {
    double value = expected.get(name).get(i).asDouble();
    assertThat(actual)
        .as("%s[%d]", name, i)
        .isCloseTo(value, within(VALUE_TOLERANCE * Math.max(1, Math.abs(value))));
  }

  private static double completionLogProb(JsonNode batch, String logits, int row) {
    double sum = 0;
    for (int t = 0; t + 1 < batch.get("T").asInt(); t++) {
      int label = batch.get("labels").get(row).get(t + 1).asInt();
      if (label != -100) {
        sum += logSoftmax(batch.get(logits).get(row).get(t))[label];
      }
    }
    return sum;
  }

  /** d log p(label) / d logit v = [v = label] - p(v); the last position predicts nothing. */
  private static void checkGradient(JsonNode batch, JsonNode expected, int row, double derivative) {
    int length = batch.get("T").asInt();
    for (int t = 0; t < length; t++) {
      int label = t + 1 < length ? batch.get("labels").get(row).get(t + 1).asInt() : -100;
      double[] logProbs = logSoftmax(batch.get("policy_logits").get(row).get(t));
      for (int v = 0; v < logProbs.length; v++) {
        double prob = Math.exp(logProbs[v]);
        double actual = label == -100 ? 0 : derivative * ((v == label ? 1 : 0) - prob);
        double value = expected.get("grad_policy_logits").get(row).get(t).get(v).asDouble();
        assertThat(actual)
            .as("grad_policy_logits[%d][%d][%d]", row, t, v)
            .isCloseTo(value, within(GRADIENT_TOLERANCE * Math.max(1e-6, Math.abs(value))));
      }
    }
  }

  private static double[] logSoftmax(JsonNode logits) {
    double[] values =
        IntStream.range(0, logits.size()).mapToDouble(v -> logits.get(v).asDouble()).toArray();
    double max = IntStream.range(0, values.length).mapToDouble(v -> values[v]).max().orElseThrow();
    double sum = 0;
    for (double value : values) {
      sum += Math.exp(value - max);
    }
    double logSum = max + Math.log(sum);
    return IntStream.range(0, values.length).mapToDouble(v -> values[v] - logSum).toArray();
  }

  private static JsonNode read(String file) throws IOException {
    String folder = System.getProperty("plumbline.oracles", "");
    try (InputStream in =
        folder.isEmpty()
            ? Objects.requireNonNull(
                DpoReferenceOracleTest.class.getResourceAsStream("/oracles/" + file))
            : Files.newInputStream(Path.of(folder, file))) {
      return new JsonMapper().readTree(in);
    }
  }
}
