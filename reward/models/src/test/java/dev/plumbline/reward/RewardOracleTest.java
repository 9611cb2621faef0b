/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.reward.BradleyTerryLoss.LossValue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The loss against TRL's reward trainer and OpenRLHF's pair-wise losses. */
final class RewardOracleTest {
  private static final double TOLERANCE = 1e-9;

  @TestFactory
  Stream<DynamicTest> shouldComputeWhatTheOraclesCompute() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode one : oracle().path("cases")) {
      tests.add(DynamicTest.dynamicTest("case " + tests.size(), () -> check(one)));
    }
    assertThat(tests).hasSizeGreaterThan(5);
    return tests.stream();
  }

  private static void check(JsonNode one) {
    JsonNode inputs = one.path("inputs");
    JsonNode expected = one.path("expected");
    double centring = one.path("config").path("center_rewards_coefficient").asDouble(0);
    if (expected.has("loss")) {
      List<PairScores> pairs = pairs(inputs, inputs.path("margin"));
      LossValue value = new BradleyTerryLoss(centring).of(pairs, pairs.size());
      close(value.loss(), expected.path("loss"));
      for (int i = 0; i < pairs.size(); i++) {
        close(value.ofA()[i], expected.path("grad_chosen").path(i));
        close(value.ofB()[i], expected.path("grad_rejected").path(i));
      }
      PairEvaluation evaluation = PairEvaluation.of(pairs);
      close(evaluation.accuracy(), expected.path("accuracy"));
      close(evaluation.meanLead(), expected.path("margin"));
    } else {
      List<PairScores> plain = pairs(inputs, inputs.path("none"));
      List<PairScores> apart = pairs(inputs, inputs.path("margin"));
      close(new BradleyTerryLoss(0).of(plain, plain.size()).loss(), expected.path("pairwise"));
      close(new BradleyTerryLoss(0).of(plain, plain.size()).loss(), expected.path("logexp"));
      close(
          new BradleyTerryLoss(0).of(apart, apart.size()).loss(), expected.path("pairwise_margin"));
    }
  }

  private static List<PairScores> pairs(JsonNode inputs, JsonNode margins) {
    List<PairScores> pairs = new ArrayList<>();
    for (int i = 0; i < inputs.path("rewards_chosen").size(); i++) {
      pairs.add(
          new PairScores(
              inputs.path("rewards_chosen").path(i).doubleValue(),
              inputs.path("rewards_rejected").path(i).doubleValue(),
              1,
              margins.path(i).asDouble(0),
              1));
    }
    return pairs;
  }

  private static void close(double found, JsonNode expected) {
    assertThat(expected.isNumber()).isTrue();
    assertThat(found)
        .isCloseTo(
            expected.doubleValue(),
            within(TOLERANCE * Math.max(1e-3, Math.abs(expected.doubleValue()))));
  }

  /** From the folder {@code -Dplumbline.oracles} when given, else the copy beside the tests. */
  private static JsonNode oracle() throws IOException {
    String folder = System.getProperty("plumbline.oracles", "");
    try (InputStream in =
        folder.isEmpty()
            ? Objects.requireNonNull(
                RewardOracleTest.class.getResourceAsStream("/oracles/reward_bt.json"))
            : Files.newInputStream(Path.of(folder, "reward_bt.json"))) {
      return new ObjectMapper().readTree(in);
    }
  }
}
