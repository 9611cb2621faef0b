/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.lm.Statistic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Numbers computed by TRL's XPO and Nash-MD trainers in float64, from log-probabilities on. */
class OnlinePreferenceOracleTest {

  @TestFactory
  Stream<DynamicTest> shouldAgreeWithTrl() {
    return Oracles.cases(Oracles.read("online_preference.json"))
        .map(
            one ->
                dynamicTest(
                    one.get("method").asText() + " " + one.get("config"),
                    () -> {
                      switch (one.get("method").asText()) {
                        case "xpo" -> checkXpo(one);
                        case "nash_md" -> checkNashMd(one);
                        default -> throw new IllegalArgumentException(one.toString());
                      }
                    }));
  }

  private static void checkXpo(JsonNode one) {
    JsonNode in = one.get("inputs");
    JsonNode expected = one.get("expected");
    JsonNode config = one.get("config");
    MarginLoss margin =
        config.get("loss_type").asText().equals("ipo")
            ? new MarginLoss.Squared()
            : new MarginLoss.Logistic(0);
    XpoObjective objective =
        new XpoObjective(config.get("beta").asDouble(), config.get("alpha").asDouble(), margin);
    List<PairStatistics> pairs = new ArrayList<>();
    for (int i = 0; i < in.get("chosen_mask").size(); i++) {
      pairs.add(
          PairStatistics.of(
              completion(in, "model_data", i).from(CompletionOrigin.POLICY),
              completion(in, "ref_data", i).from(CompletionOrigin.REFERENCE),
              in.get("chosen_mask").get(i).asInt(),
              1));
    }
    check(objective, pairs, expected, true);
  }

  private static void checkNashMd(JsonNode one) {
    JsonNode in = one.get("inputs");
    NashMdObjective objective = new NashMdObjective(one.get("config").get("beta").asDouble());
    List<PairStatistics> pairs = new ArrayList<>();
    for (int i = 0; i < in.get("probability").size(); i++) {
      CompletionStatistics drawn = completion(in, "model_data", i);
      pairs.add(
          PairStatistics.of(
              drawn.from(CompletionOrigin.POLICY),
              drawn,
              in.get("probability").get(i).asDouble(),
              1));
    }
    check(objective, pairs, one.get("expected"), false);
  }

  private static void check(
      SeparablePairObjective objective,
      List<PairStatistics> pairs,
      JsonNode expected,
      boolean opponentLearns) {
    List<PairValue> values = objective.evaluate(pairs);
    Oracles.close(
        "loss",
        values.stream().mapToDouble(PairValue::loss).average().orElseThrow(),
        expected.get("loss"));
    for (int i = 0; i < pairs.size(); i++) {
      Oracles.close(
          "model_data " + i,
          logProbDerivatives(values.get(i).a(), pairs, i),
          expected.get("grad_model_logprobs_model_data").get(i));
      if (opponentLearns) {
        Oracles.close(
            "ref_data " + i,
            logProbDerivatives(values.get(i).b(), pairs, i),
            expected.get("grad_model_logprobs_ref_data").get(i));
      }
    }
  }

  private static double[] logProbDerivatives(
      TokenDerivatives derivatives, List<PairStatistics> pairs, int i) {
    return IntStream.range(0, pairs.get(i).a().tokens())
        .mapToDouble(t -> derivatives.value(Statistic.LOG_PROB, t) / pairs.size())
        .toArray();
  }

  private static CompletionStatistics completion(JsonNode in, String data, int i) {
    return CompletionStatistics.of(
        Map.of(
            Statistic.LOG_PROB,
            Oracles.doubles(in.get("model_logprobs_" + data).get(i)),
            Statistic.REFERENCE_LOG_PROB,
            Oracles.doubles(in.get("ref_logprobs_" + data).get(i))));
  }
}
