/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The authors' numbers again, now through a model in float32: values to 1e-4, gradients to 1e-3.
 */
class ModelPathOracleTest {
  @TempDir private Path directory;

  @Test
  void shouldAgreeWithTheDpoAuthorsCodeInFloat32() throws IOException {
    check("dpo_reference.json", "loss_mean", DpoReferenceOracleTest::averagedObjective);
  }

  @Test
  void shouldAgreeWithTheTdpoAuthorsCodeInFloat32() throws IOException {
    check("tdpo.json", "loss_mean", TdpoOracleTest::averagedObjective);
  }

  @Test
  void shouldAgreeWithTrlInFloat32() throws IOException {
    check("dpo_variants_trl.json", "loss", DpoVariantsOracleTest::objective);
  }

  @Test
  void shouldAgreeWithReferenceFreeCodeInFloat32() throws IOException {
    check("reference_free.json", "loss", ReferenceFreeOracleTest::objective);
  }

  private void check(String file, String loss, Function<JsonNode, PairObjective> objectives)
      throws IOException {
    JsonNode oracle = Oracles.read(file);
    Map<String, LogitModel> models = new TreeMap<>();
    try {
      for (JsonNode one : oracle.get("cases")) {
        String name = one.get("batch").asText();
        if (!models.containsKey(name)) {
          Path folder = Files.createDirectory(directory.resolve(name));
          models.put(name, new LogitModel(oracle.get("batches").get(name), folder));
        }
        JsonNode expected = one.get("expected");
        String as = name + " " + one.get("config");

        LogitModel.Learned learned = models.get(name).learn(objectives.apply(one.get("config")));

        double value = expected.get(loss).asDouble();
        assertThat(learned.loss())
            .as(as)
            .isCloseTo(value, within(1e-4 * Math.max(1e-2, Math.abs(value))));
        if (expected.has("grad_policy_logits")) {
          close(as, learned.gradient(), expected.get("grad_policy_logits"));
        }
      }
    } finally {
      models.values().forEach(LogitModel::close);
    }
  }

  /** Relative to the batch's largest derivative: small ones are differences of probabilities. */
  private static void close(String as, double[][][] gradient, JsonNode expected) {
    double largest = 0;
    for (JsonNode row : expected) {
      for (double[] position : Oracles.rows(row)) {
        for (double value : position) {
          largest = Math.max(largest, Math.abs(value));
        }
      }
    }
    for (int row = 0; row < gradient.length; row++) {
      double[][] values = Oracles.rows(expected.get(row));
      for (int t = 0; t < values.length; t++) {
        for (int v = 0; v < values[t].length; v++) {
          assertThat(gradient[row][t][v])
              .as("%s gradient[%d][%d][%d]", as, row, t, v)
              .isCloseTo(values[t][v], within(1e-3 * Math.max(largest, 1e-6)));
        }
      }
    }
  }
}
