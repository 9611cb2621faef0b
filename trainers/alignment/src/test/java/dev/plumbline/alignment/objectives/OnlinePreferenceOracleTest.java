/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Numbers computed by TRL's XPO and Nash-MD trainers. Their file holds log-probabilities and
 * gradients by them: the logits are those of a vocabulary of two that give them, and the gradients
 * by logits follow, d log p / d logits = (1 - p, p - 1).
 */
class OnlinePreferenceOracleTest {
  @TempDir private Path directory;

  @TestFactory
  Stream<DynamicTest> shouldAgreeWithTrlFromLogProbsOn() {
    return Oracles.tests(
        "online_preference.json",
        directory,
        OnlinePreferenceOracleTest::rows,
        one -> {
          PairOracle oracle = learn(one);

          one.close("loss", oracle.loss());
          one.closeGradient(oracle.gradient(), gradient(one));
        });
  }

  /** The file has no such batch: its own, with completions that are next to impossible. */
  @TestFactory
  Stream<DynamicTest> shouldAgreeInFloat32AtExtremeLogits() {
    return Oracles.extremeTests(
        "online_preference.json",
        directory,
        OnlinePreferenceOracleTest::rows,
        (one, exact) -> {
          PairOracle oracle = learn(one);
          PairOracle expected = learn(exact);

          one.close("loss", oracle.loss(), expected.loss());
          one.closeGradient(oracle.gradient(), expected.gradient());
        });
  }

  private static PairOracle learn(OracleCase one) {
    PairObjective objective = objective(one.json());
    return new PairOracle(one, objective, objective.statistics(), said -> pairs(one.batch(), said));
  }

  /** Policy's completions, then their opponents: Nash-MD's say nothing, so any will do. */
  private static List<LogitRow> rows(JsonNode inputs) {
    return Stream.of("model_data", isXpo(inputs) ? "ref_data" : "model_data")
        .flatMap(
            by -> {
              double[][] policy = Oracles.rows(inputs.get("model_logprobs_" + by));
              double[][] reference = Oracles.rows(inputs.get("ref_logprobs_" + by));
              return IntStream.range(0, policy.length)
                  .mapToObj(i -> LogitRow.ofLogProbs(policy[i], reference[i]));
            })
        .toList();
  }

  private static List<PairStatistics> pairs(JsonNode inputs, List<CompletionStatistics> said) {
    CompletionOrigin opponent =
        isXpo(inputs) ? CompletionOrigin.REFERENCE : CompletionOrigin.UNKNOWN;
    double[] beliefs = Oracles.doubles(inputs.get(isXpo(inputs) ? "chosen_mask" : "probability"));
    List<PairStatistics> pairs = new ArrayList<>();
    for (int i = 0; i < beliefs.length; i++) {
      pairs.add(
          PairStatistics.of(
              said.get(i).from(CompletionOrigin.POLICY),
              said.get(beliefs.length + i).from(opponent),
              beliefs[i],
              1));
    }
    return pairs;
  }

  private static PairObjective objective(JsonNode one) {
    JsonNode config = one.get("config");
    double beta = config.get("beta").asDouble();
    return switch (one.get("method").asText()) {
      case "xpo" ->
          new XpoObjective(
              beta,
              config.get("alpha").asDouble(),
              config.get("loss_type").asText().equals("ipo")
                  ? new MarginLoss.Squared()
                  : new MarginLoss.Logistic(0));
      case "nash_md" -> new NashMdObjective(beta);
      default -> throw new IllegalArgumentException(one.toString());
    };
  }

  private static double[][][] gradient(OracleCase one) {
    List<double[][]> gradient = new ArrayList<>();
    for (String by : List.of("model_data", "ref_data")) {
      JsonNode expected = one.expected().path("grad_model_logprobs_" + by);
      double[][] logProbs =
          Oracles.rows(
              one.batch().get("model_logprobs_" + (expected.isMissingNode() ? "model_data" : by)));
      for (int i = 0; i < logProbs.length; i++) {
        double[][] ofRow = new double[logProbs[i].length + 1][2];
        for (int t = 0; t < logProbs[i].length; t++) {
          ofRow[t][0] = expected.path(i).path(t).asDouble() * -Math.expm1(logProbs[i][t]);
          ofRow[t][1] = -ofRow[t][0];
        }
        gradient.add(ofRow);
      }
    }
    return gradient.toArray(double[][][]::new);
  }

  private static boolean isXpo(JsonNode inputs) {
    return inputs.has("chosen_mask");
  }
}
