/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Map;

/**
 * A case of an oracle file, computed in one way.
 *
 * @param json the case
 * @param batch its numbers
 * @param model that reads the batch
 * @param closeness of what is computed so
 */
record OracleCase(JsonNode json, JsonNode batch, OracleModel model, Closeness closeness) {

  JsonNode config() {
    return json.get("config");
  }

  JsonNode expected() {
    return json.get("expected");
  }

  /** Compares with the expected number of that name. */
  void close(String name, double actual) {
    close(name, actual, expected().get(name));
  }

  /** Compares with the expected numbers of that name. */
  void close(String name, double[] actual) {
    JsonNode values = expected().get(name);
    assertThat(actual.length).as("length of %s", name).isEqualTo(values.size());
    for (int i = 0; i < actual.length; i++) {
      close(name + "[" + i + "]", actual[i], values.get(i));
    }
  }

  void close(String name, double actual, JsonNode expected) {
    assertThat(expected.isNumber() || expected.isBoolean()).as("%s is given", name).isTrue();
    close(name, actual, expected.asDouble());
  }

  void close(String name, double actual, double expected) {
    assertThat(actual)
        .as("%s %s", closeness, name)
        .isCloseTo(expected, within(closeness.ofValue(expected)));
  }

  /** Compares metrics with the expected ones; in float64 all but num_tokens must be there. */
  void closeMetrics(Map<String, Double> metrics) {
    JsonNode values = expected().get("metrics");
    metrics.forEach((name, value) -> close(name, value, values.path(name)));
    if (closeness == Closeness.FLOAT64) {
      assertThat(values.fieldNames())
          .toIterable()
          .filteredOn(name -> !name.equals("num_tokens"))
          .containsExactlyInAnyOrderElementsOf(metrics.keySet());
    }
  }

  /** Compares with the expected gradient; where the file has none, it must be finite. */
  void closeGradient(double[][][] actual) {
    if (expected().has("grad_policy_logits")) {
      closeGradient(actual, Oracles.tensor(expected().get("grad_policy_logits")));
    } else {
      assertThat(Arrays.stream(flat(actual))).allMatch(Double::isFinite);
    }
  }

  void closeGradient(double[][][] actual, double[][][] expected) {
    assertThat(actual).hasDimensions(expected.length, expected[0].length);
    double largest = Arrays.stream(flat(expected)).map(Math::abs).max().orElseThrow();
    for (int row = 0; row < expected.length; row++) {
      for (int t = 0; t < expected[row].length; t++) {
        for (int v = 0; v < expected[row][t].length; v++) {
          double value = expected[row][t][v];
          assertThat(actual[row][t][v])
              .as("%s gradient[%d][%d][%d]", closeness, row, t, v)
              .isCloseTo(value, within(closeness.ofGradient(value, largest)));
        }
      }
    }
  }

  private static double[] flat(double[][][] tensor) {
    return Arrays.stream(tensor).flatMap(Arrays::stream).flatMapToDouble(Arrays::stream).toArray();
  }
}
