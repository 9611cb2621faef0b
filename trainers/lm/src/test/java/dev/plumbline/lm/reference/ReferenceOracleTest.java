/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.reference;

import static dev.plumbline.lm.reference.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Blocks, activations and adapted layers of the reference model against their authors' own code.
 */
final class ReferenceOracleTest {
  private static final double TOLERANCE = 1e-10;
  private static final JsonNode LLAMA = oracle("llama_block.json");
  private static final JsonNode GPT2 = oracle("gpt2_block.json");
  private static final JsonNode LORA = oracle("lora.json");

  /** llama2.c's names for the parts of a block. */
  private static final Map<String, String> HUGGING_FACE_NAMES =
      Map.of(
          "attention.wq", "self_attn.q_proj",
          "attention.wk", "self_attn.k_proj",
          "attention.wv", "self_attn.v_proj",
          "attention.wo", "self_attn.o_proj",
          "feed_forward.w1", "mlp.gate_proj",
          "feed_forward.w2", "mlp.down_proj",
          "feed_forward.w3", "mlp.up_proj",
          "attention_norm", "input_layernorm",
          "ffn_norm", "post_attention_layernorm");

  @TestFactory
  Stream<DynamicTest> shouldMatchEveryLlamaBlock() {
    return tests(LLAMA, oracleCase -> checkLlamaBlock(oracleCase, layout(oracleCase)));
  }

  @TestFactory
  Stream<DynamicTest> shouldTurnThePairsOfTheLayout() {
    return tests(LLAMA, oracleCase -> checkRotation(oracleCase, layout(oracleCase)));
  }

  @TestFactory
  Stream<DynamicTest> shouldTellTheTwoLayoutsApart() {
    return tests(
        LLAMA,
        oracleCase -> {
          RotaryLayout other =
              layout(oracleCase) == RotaryLayout.INTERLEAVED
                  ? RotaryLayout.HALF_SPLIT
                  : RotaryLayout.INTERLEAVED;
          assertThatThrownBy(() -> checkLlamaBlock(oracleCase, other))
              .isInstanceOf(AssertionError.class);
          assertThatThrownBy(() -> checkRotation(oracleCase, other))
              .isInstanceOf(AssertionError.class);
        });
  }

  @TestFactory
  Stream<DynamicTest> shouldMatchEveryGpt2BlockAndActivation() {
    return tests(
        GPT2,
        oracleCase -> {
          switch (kind(oracleCase)) {
            case "gpt2_block" -> checkGpt2Block(oracleCase);
            case "gelu_new" -> checkGelu(oracleCase);
            default -> throw new AssertionError("no test of " + kind(oracleCase));
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> shouldMatchEveryAdaptedLayer() {
    return tests(
        LORA,
        oracleCase -> {
          switch (kind(oracleCase)) {
            case "lora", "rslora", "dora" -> checkAdaptedLinear(oracleCase);
            case "lora_embedding" -> checkAdaptedEmbedding(oracleCase);
            default -> throw new AssertionError("no test of " + kind(oracleCase));
          }
        });
  }

  @Test
  void shouldScaleByTheRootOfTheRankWhenRankStabilized() {
    assertThat(new ReferenceAdapter(Map.of(), 4, Map.of(), true).scaling("q_proj", 4)).isEqualTo(2);
    assertThat(new ReferenceAdapter(Map.of(), 4, Map.of(), false).scaling("q_proj", 4))
        .isEqualTo(1);
  }

  private static void checkLlamaBlock(JsonNode oracleCase, RotaryLayout layout) {
    JsonNode config = oracleCase.path("config");
    Map<String, ReferenceTensor> weights = new LinkedHashMap<>();
    Map<String, String> names = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> weight :
        oracleCase.path("inputs").path("weights").properties()) {
      String module = weight.getKey().replace(".weight", "");
      String name = "model.layers.0." + HUGGING_FACE_NAMES.getOrDefault(module, module) + ".weight";
      weights.put(name, tensor(weight.getValue()));
      names.put(weight.getKey(), name);
    }
    Architecture architecture =
        new Architecture.Llama(
            1,
            config.path("n_heads").asInt(),
            config.path("n_kv_heads").asInt(),
            config.path("head_dim").asInt(),
            config.path("norm_eps").asDouble(),
            config.path("rope_theta").asDouble(),
            new RotaryScaling.None(),
            layout,
            null);
    checkBlock(oracleCase, architecture, weights, names);
  }

  private static void checkGpt2Block(JsonNode oracleCase) {
    JsonNode config = oracleCase.path("config");
    Map<String, ReferenceTensor> weights = new LinkedHashMap<>();
    Map<String, String> names = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> weight :
        oracleCase.path("inputs").path("weights").properties()) {
      String name = "transformer.h.0." + weight.getKey();
      ReferenceTensor value = tensor(weight.getValue());
      weights.put(name, value.shape().size() == 2 ? transposed(value) : value);
      names.put(weight.getKey(), name);
    }
    Architecture architecture =
        new Architecture.Gpt2(
            1,
            config.path("n_head").asInt(),
            config.path("layer_norm_eps").asDouble(),
            true,
            false);
    checkBlock(oracleCase, architecture, weights, names);
  }

  /** Each row of the batch by itself; the gradients of the weights add up. */
  private static void checkBlock(
      JsonNode oracleCase,
      Architecture architecture,
      Map<String, ReferenceTensor> weights,
      Map<String, String> names) {
    JsonNode inputs = oracleCase.path("inputs");
    JsonNode expected = oracleCase.path("expected");
    Map<String, double[]> sums = new LinkedHashMap<>();
    for (int row = 0; row < inputs.path("x").size(); row++) {
      Tape tape = new Tape();
      Weights bound = new Weights(tape, weights, null);
      Variable x = leaf(tape, inputs.path("x").path(row));
      Variable y = Decoder.of(architecture, tape, bound).block(0, x);
      assertClose("y", y.values, values(expected.path("y").path(row)), TOLERANCE);
      tape.pullBack(y, values(inputs.path("upstream_gradient").path(row)));
      assertClose("grad_x", x.gradient, values(expected.path("grad_x").path(row)), TOLERANCE);
      bound
          .gradients()
          .forEach((name, gradient) -> sums.merge(name, gradient, ReferenceOracleTest::sum));
    }
    for (Map.Entry<String, JsonNode> gradient : expected.path("grad_weights").properties()) {
      String name = Objects.requireNonNull(names.get(gradient.getKey()), gradient.getKey());
      ReferenceTensor value = tensor(gradient.getValue());
      boolean conv1d = architecture instanceof Architecture.Gpt2 && value.shape().size() == 2;
      assertClose(
          name,
          Objects.requireNonNull(sums.get(name), name),
          (conv1d ? transposed(value) : value).values(),
          TOLERANCE);
    }
  }

  private static void checkRotation(JsonNode oracleCase, RotaryLayout layout) {
    JsonNode config = oracleCase.path("config");
    RotaryAngles angles =
        new RotaryScaling.None()
            .angles(
                config.path("rope_theta").asDouble(),
                config.path("head_dim").asInt(),
                config.path("seq_len").asInt(),
                layout);
    for (String which : List.of("q", "k")) {
      JsonNode before = oracleCase.path("rope_only").path(which);
      JsonNode after = oracleCase.path("rope_only").path("rotated_" + which);
      for (int row = 0; row < before.size(); row++) {
        Tape tape = new Tape();
        Layers layers = new Layers(tape);
        List<Variable> heads =
            layers.heads(leaf(tape, flattened(before.path(row))), config.path("head_dim").asInt());
        Variable rotated =
            tape.beside(heads.stream().map(head -> layers.rotary(head, angles)).toList());
        assertClose(which, rotated.values, values(after.path(row)), TOLERANCE);
      }
    }
  }

  private static void checkGelu(JsonNode oracleCase) {
    Tape tape = new Tape();
    double[] input = values(oracleCase.path("inputs").path("x"));
    Variable x = tape.leaf(1, input.length, input);
    Variable y = new Layers(tape).geluTanh(x);
    double[] ones = new double[input.length];
    Arrays.fill(ones, 1);
    tape.pullBack(y, ones);
    assertClose("y", y.values, values(oracleCase.path("expected").path("y")), TOLERANCE);
    assertClose(
        "grad_x", x.gradient, values(oracleCase.path("expected").path("grad_x")), TOLERANCE);
  }

  private static void checkAdaptedLinear(JsonNode oracleCase) {
    JsonNode inputs = oracleCase.path("inputs");
    JsonNode expected = oracleCase.path("expected");
    Map<String, ReferenceTensor> adapter = new LinkedHashMap<>();
    adapter.put("base_model.model.layer.lora_A.weight", tensor(inputs.path("lora_A_r_in")));
    adapter.put("base_model.model.layer.lora_B.weight", tensor(inputs.path("lora_B_out_r")));
    if (inputs.has("magnitude")) {
      adapter.put("base_model.model.layer.lora_magnitude_vector", tensor(inputs.path("magnitude")));
    }
    Map<String, ReferenceTensor> weights =
        Map.of(
            "layer.weight", tensor(inputs.path("weight_out_in")),
            "layer.bias", tensor(inputs.path("bias")));
    Tape tape = new Tape();
    Weights bound = new Weights(tape, weights, adapter(oracleCase, adapter));
    Variable x = leaf(tape, inputs.path("x"));
    Variable y = bound.linear("layer", x);
    tape.pullBack(y, values(inputs.path("upstream_gradient")));

    assertClose("y", y.values, values(expected.path("y")), TOLERANCE);
    assertClose("grad_x", x.gradient, values(expected.path("grad_x")), TOLERANCE);
    assertGradients(bound, "layer", expected);
  }

  private static void checkAdaptedEmbedding(JsonNode oracleCase) {
    JsonNode inputs = oracleCase.path("inputs");
    JsonNode expected = oracleCase.path("expected");
    Map<String, ReferenceTensor> adapter =
        Map.of(
            "base_model.model.table.lora_embedding_A", tensor(inputs.path("lora_A")),
            "base_model.model.table.lora_embedding_B", tensor(inputs.path("lora_B")));
    Tape tape = new Tape();
    Weights bound =
        new Weights(
            tape,
            Map.of("table.weight", tensor(inputs.path("weight"))),
            adapter(oracleCase, adapter));
    int[] ids = Arrays.stream(values(inputs.path("indices"))).mapToInt(id -> (int) id).toArray();
    Variable y = bound.embedding("table", ids);
    tape.pullBack(y, values(inputs.path("upstream_gradient")));

    assertClose("y", y.values, values(expected.path("y")), TOLERANCE);
    assertGradients(bound, "table", expected);
  }

  private static void assertGradients(Weights bound, String module, JsonNode expected) {
    Map<String, String> names =
        Map.of(
            "grad_lora_A", module.equals("table") ? ".lora_embedding_A" : ".lora_A.weight",
            "grad_lora_B", module.equals("table") ? ".lora_embedding_B" : ".lora_B.weight",
            "grad_magnitude", ".lora_magnitude_vector");
    Map<String, double[]> gradients = bound.gradients();
    names.forEach(
        (oracleName, end) -> {
          if (expected.has(oracleName)) {
            String name = "base_model.model." + module + end;
            assertClose(
                name,
                Objects.requireNonNull(gradients.get(name), name),
                values(expected.path(oracleName)),
                TOLERANCE);
          }
        });
  }

  private static ReferenceAdapter adapter(
      JsonNode oracleCase, Map<String, ReferenceTensor> tensors) {
    return new ReferenceAdapter(
        tensors,
        oracleCase.path("config").path("alpha").asDouble(),
        Map.of(),
        kind(oracleCase).equals("rslora"));
  }

  private static RotaryLayout layout(JsonNode oracleCase) {
    return switch (kind(oracleCase)) {
      case "llama_block_interleaved_rope" -> RotaryLayout.INTERLEAVED;
      case "llama_block_hf_half_split_rope" -> RotaryLayout.HALF_SPLIT;
      default -> throw new AssertionError("no test of " + kind(oracleCase));
    };
  }

  private static String kind(JsonNode oracleCase) {
    return oracleCase.path("kind").asText();
  }

  private static Stream<DynamicTest> tests(JsonNode file, Consumer<JsonNode> check) {
    assertThat(file.path("cases")).isNotEmpty();
    return StreamSupport.stream(file.path("cases").spliterator(), false)
        .map(
            oracleCase ->
                DynamicTest.dynamicTest(
                    kind(oracleCase) + " " + oracleCase.path("config"),
                    () -> check.accept(oracleCase)));
  }

  private static JsonNode oracle(String name) {
    String folder = System.getProperty("plumbline.oracles", "");
    try (InputStream in =
        folder.isEmpty()
            ? Objects.requireNonNull(
                ReferenceOracleTest.class.getResourceAsStream("/oracles/" + name))
            : Files.newInputStream(Path.of(folder, name))) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Variable leaf(Tape tape, JsonNode matrix) {
    return leaf(tape, tensor(matrix));
  }

  private static Variable leaf(Tape tape, ReferenceTensor matrix) {
    return tape.leaf(matrix.rows(), matrix.columns(), matrix.values());
  }

  /** [positions][heads][width] as [positions, heads * width]. */
  private static ReferenceTensor flattened(JsonNode array) {
    double[] values = values(array);
    return ReferenceTensor.of(values, array.size(), values.length / array.size());
  }

  private static ReferenceTensor transposed(ReferenceTensor matrix) {
    Tape tape = new Tape();
    return ReferenceTensor.of(
        tape.transposed(leaf(tape, matrix)).values, matrix.columns(), matrix.rows());
  }

  private static double[] sum(double[] a, double[] b) {
    double[] sum = new double[a.length];
    Arrays.setAll(sum, i -> a[i] + b[i]);
    return sum;
  }

  private static ReferenceTensor tensor(JsonNode array) {
    List<Integer> shape = new ArrayList<>();
    for (JsonNode level = array; level.isArray(); level = level.get(0)) {
      shape.add(level.size());
    }
    return new ReferenceTensor(shape, values(array));
  }

  private static double[] values(JsonNode array) {
    return array.isArray()
        ? StreamSupport.stream(array.spliterator(), false)
            .flatMapToDouble(element -> Arrays.stream(values(element)))
            .toArray()
        : new double[] {array.asDouble()};
  }
}
