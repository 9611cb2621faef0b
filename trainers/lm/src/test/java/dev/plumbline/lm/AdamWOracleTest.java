/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.lm.engine.TensorEngine;
import dev.plumbline.lm.safetensors.TensorData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** AdamW with clipping and warm-up against numbers computed by PyTorch in double precision. */
final class AdamWOracleTest {
  private static final double TOLERANCE = 1e-10;
  private static final JsonNode ORACLE = Oracles.read("optimizers.json");

  /** Optimizers of the file that are not offered. */
  private static final Set<String> NOT_OFFERED = Set.of("Adam", "RMSprop", "SGD");

  @TestFactory
  Stream<DynamicTest> shouldMatchEveryAdamWCase() {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode oracleCase : ORACLE.path("cases")) {
      if (oracleCase.path("optimizer").asText().equals("AdamW")) {
        tests.add(
            DynamicTest.dynamicTest(oracleCase.path("config").toString(), () -> check(oracleCase)));
      }
    }
    assertThat(tests).isNotEmpty();
    return tests.stream();
  }

  @Test
  void shouldKnowEveryOptimizerOfTheFile() {
    Set<String> others = new TreeSet<>();
    ORACLE.path("cases").forEach(c -> others.add(c.path("optimizer").asText()));
    others.remove("AdamW");
    assertThat(NOT_OFFERED).containsAll(others);
  }

  private static void check(JsonNode oracleCase) {
    try (TensorEngine engine = TensorEngine.open(1, "cpu", DataType.FLOAT64);
        Parameters parameters = Parameters.of(engine, tensors(ORACLE.path("initial_params")));
        AdamW optimizer = AdamW.create(config(oracleCase.path("config")), parameters)) {
      int step = 0;
      for (JsonNode expected : oracleCase.path("expected").path("steps")) {
        StepReport report;
        try (Gradients gradients =
            gradients(engine, ORACLE.path("gradients_per_step").path(step))) {
          report = optimizer.step(gradients);
        }
        assertThat(report).isInstanceOf(StepReport.Applied.class);
        assertThat(((StepReport.Applied) report).learningRate())
            .isEqualTo(expected.path("lr").asDouble(), relative(expected.path("lr").asDouble()));
        double norm = expected.path("total_norm_before_clip").asDouble();
        assertThat(report.gradNorm()).isEqualTo(norm, relative(norm));
        SequencedMap<String, TensorData> after = tensors(expected.path("params"));
        after.forEach(
            (name, tensor) -> {
              double[] values = tensor.toDoubles();
              double[] actual = parameters.values(name);
              for (int i = 0; i < values.length; i++) {
                assertThat(actual[i])
                    .as("%s[%d]", name, i)
                    .isEqualTo(values[i], relative(values[i]));
              }
            });
        step++;
      }
      assertThat(step).isEqualTo(5);
    }
  }

  private static org.assertj.core.data.Offset<Double> relative(double value) {
    return within(TOLERANCE * Math.abs(value));
  }

  private static AdamWConfig config(JsonNode config) {
    return new AdamWConfig(
        config.path("lr").asDouble(),
        config.path("betas").path(0).asDouble(),
        config.path("betas").path(1).asDouble(),
        config.path("eps").asDouble(),
        config.path("weight_decay").asDouble(),
        config.path("clip_grad_norm").asDouble(Double.POSITIVE_INFINITY),
        config.path("warmup_steps").asInt(0));
  }

  private static Gradients gradients(TensorEngine engine, JsonNode arrays) {
    List<String> names = new ArrayList<>();
    List<NDArray> values = new ArrayList<>();
    try (NDManager scratch = engine.newOwner()) {
      for (Map.Entry<String, TensorData> entry : tensors(arrays).entrySet()) {
        names.add(entry.getKey());
        values.add(engine.create(scratch, entry.getValue().toDoubles(), entry.getValue().shape()));
      }
      return new Gradients(engine, names, values);
    }
  }

  private static SequencedMap<String, TensorData> tensors(JsonNode arrays) {
    SequencedMap<String, TensorData> tensors = new LinkedHashMap<>();
    for (JsonNode array : arrays) {
      tensors.put("p" + tensors.size(), Oracles.tensor(array));
    }
    return tensors;
  }
}
