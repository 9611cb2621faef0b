/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.lm.engine.Argument;
import dev.plumbline.lm.engine.TensorEngine;
import dev.plumbline.lm.engine.TensorProgram;
import dev.plumbline.lm.safetensors.TensorData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Blocks and adapted layers of the tensor programs against their authors' own code. */
final class ProgramOracleTest {
  private static final double TOLERANCE = 1e-10;
  private static final List<String> SHARED =
      List.of("layers.py", "attention.py", "scoring.py", "sampling.py", "probe.py");
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

  private static TensorEngine engine;

  @BeforeAll
  static void open() {
    engine = TensorEngine.open(1, "cpu", DataType.FLOAT64);
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  @TestFactory
  Stream<DynamicTest> shouldMatchLlamaBlocksInHuggingFaceLayout() {
    return cases(
        "llama_block.json",
        "llama_block_hf_half_split_rope",
        block -> {
          Map<String, TensorData> weights = new HashMap<>();
          block
              .path("inputs")
              .path("weights")
              .properties()
              .forEach(
                  w -> weights.put("model.layers.0." + w.getKey(), Oracles.tensor(w.getValue())));
          checkLlama(block, weights, Map.of());
        });
  }

  /**
   * The interleaved checkpoint's rows of q and k, put in half-split order, make the same block; its
   * gradients come back in that order.
   */
  @TestFactory
  Stream<DynamicTest> shouldMatchInterleavedBlocksOnceTheirRowsAreReordered() {
    return cases(
        "llama_block.json",
        "llama_block_interleaved_rope",
        block -> {
          int headDim = block.path("config").path("head_dim").asInt();
          checkLlama(
              block,
              interleaved(block.path("inputs").path("weights"), headDim, true),
              interleaved(block.path("expected").path("grad_weights"), headDim, true));
        });
  }

  @TestFactory
  Stream<DynamicTest> shouldTellInterleavedRowsApart() {
    return cases(
        "llama_block.json",
        "llama_block_interleaved_rope",
        block -> {
          int headDim = block.path("config").path("head_dim").asInt();
          Map<String, TensorData> asTheyAre =
              interleaved(block.path("inputs").path("weights"), headDim, false);
          double[] expected = Oracles.tensor(block.path("expected").path("y")).toDoubles();
          double[] found = run(llama(block), block, asTheyAre, Map.of()).y;
          assertThat(farthest(found, expected)).isGreaterThan(1e-2);
        });
  }

  @TestFactory
  Stream<DynamicTest> shouldMatchGpt2Blocks() {
    return cases(
        "gpt2_block.json",
        "gpt2_block",
        block -> {
          Map<String, TensorData> weights = conv1d(block.path("inputs").path("weights"));
          Map<String, TensorData> gradients = conv1d(block.path("expected").path("grad_weights"));
          JsonNode config = block.path("config");
          int width = config.path("n_embd").asInt();
          int heads = config.path("n_head").asInt();
          Map<String, Number> constants = constants(width, heads, heads, width / heads, 1);
          constants.put("layer_norm_epsilon", config.path("layer_norm_eps").asDouble());
          Found found = run(program("gpt2.py", constants), block, weights, gradients);
          check(found, block, gradients);
        });
  }

  @TestFactory
  Stream<DynamicTest> shouldMatchLora() {
    return cases("lora.json", "lora", this::checkLinear);
  }

  @TestFactory
  Stream<DynamicTest> shouldMatchRankStabilizedLora() {
    return cases("lora.json", "rslora", this::checkLinear);
  }

  @TestFactory
  Stream<DynamicTest> shouldMatchDora() {
    return cases("lora.json", "dora", this::checkLinear);
  }

  @TestFactory
  Stream<DynamicTest> shouldMatchLoraOfAnEmbedding() {
    return cases(
        "lora.json",
        "lora_embedding",
        layer -> {
          JsonNode inputs = layer.path("inputs");
          Map<String, TensorData> trained =
              Map.of(
                  "module.lora_embedding_A", Oracles.tensor(inputs.path("lora_A")),
                  "module.lora_embedding_B", Oracles.tensor(inputs.path("lora_B")));
          Map<String, TensorData> gradients =
              Map.of(
                  "module.lora_embedding_A",
                      Oracles.tensor(layer.path("expected").path("grad_lora_A")),
                  "module.lora_embedding_B",
                      Oracles.tensor(layer.path("expected").path("grad_lora_B")));
          TensorData weight = Oracles.tensor(inputs.path("weight"));
          long[] ids =
              Arrays.stream(Oracles.tensor(inputs.path("indices")).toDoubles())
                  .mapToLong(id -> (long) id)
                  .toArray();
          JsonNode config = layer.path("config");
          double scaling =
              LoraScaling.BY_RANK.factor(config.path("alpha").asDouble(), config.path("r").asInt());
          engine.computeRecording(
              scope -> {
                Map<String, NDArray> adapter = leaves(scope, trained);
                adapter.put("scaling", engine.scalar(scope, scaling));
                NDArray y =
                    program("llama.py", llamaConstants(1, 1, 1, 2, 1e-5))
                        .call(
                            scope,
                            "probe_embedding",
                            new Argument.One(engine.create(scope, ids, ids.length)),
                            new Argument.Named(Map.of("module.weight", upload(scope, weight))),
                            new Argument.Named(adapter))
                        .getFirst();
                check(pulledBack(scope, y, adapter, gradients, layer), layer, gradients);
                return 0;
              });
        });
  }

  private void checkLinear(JsonNode layer) {
    JsonNode inputs = layer.path("inputs");
    JsonNode expected = layer.path("expected");
    Map<String, TensorData> trained = new HashMap<>();
    Map<String, TensorData> gradients = new HashMap<>();
    trained.put("module.lora_A.weight", Oracles.tensor(inputs.path("lora_A_r_in")));
    gradients.put("module.lora_A.weight", Oracles.tensor(expected.path("grad_lora_A")));
    trained.put("module.lora_B.weight", Oracles.tensor(inputs.path("lora_B_out_r")));
    gradients.put("module.lora_B.weight", Oracles.tensor(expected.path("grad_lora_B")));
    if (inputs.has("magnitude")) {
      trained.put("module.lora_magnitude_vector", Oracles.tensor(inputs.path("magnitude")));
      gradients.put(
          "module.lora_magnitude_vector", Oracles.tensor(expected.path("grad_magnitude")));
    }
    JsonNode config = layer.path("config");
    LoraScaling rule =
        layer.path("kind").asText().equals("rslora")
            ? LoraScaling.BY_ROOT_RANK
            : LoraScaling.BY_RANK;
    double scaling = rule.factor(config.path("alpha").asDouble(), config.path("r").asInt());
    assertThat(scaling).isCloseTo(config.path("scaling").asDouble(), within(1e-12));
    engine.computeRecording(
        scope -> {
          Map<String, NDArray> adapter = leaves(scope, trained);
          NDArray x = leaves(scope, Map.of("x", Oracles.tensor(inputs.path("x")))).get("x");
          Map<String, NDArray> arguments = new HashMap<>(adapter);
          arguments.put("scaling", engine.scalar(scope, scaling));
          NDArray y =
              program("llama.py", llamaConstants(1, 1, 1, 2, 1e-5))
                  .call(
                      scope,
                      "probe_linear",
                      new Argument.One(x),
                      new Argument.Named(
                          Map.of(
                              "module.weight",
                              upload(scope, Oracles.tensor(inputs.path("weight_out_in"))),
                              "module.bias",
                              upload(scope, Oracles.tensor(inputs.path("bias"))))),
                      new Argument.Named(arguments))
                  .getFirst();
          adapter.put("x", x);
          gradients.put("x", Oracles.tensor(expected.path("grad_x")));
          check(pulledBack(scope, y, adapter, gradients, layer), layer, gradients);
          return 0;
        });
  }

  private static void checkLlama(
      JsonNode block, Map<String, TensorData> weights, Map<String, TensorData> gradients) {
    check(run(llama(block), block, weights, gradients), block, gradients);
  }

  /** What a program computed: y, and gradients by name, that of x under "x". */
  @SuppressWarnings("ArrayRecordComponent") // read in place
  private record Found(double[] y, Map<String, double[]> gradients) {}

  private static Found run(
      TensorProgram program,
      JsonNode block,
      Map<String, TensorData> weights,
      Map<String, TensorData> gradients) {
    return engine.computeRecording(
        scope -> {
          TensorData x = Oracles.tensor(block.path("inputs").path("x"));
          long rows = x.shape()[0];
          long length = x.shape()[1];
          TensorData tokens = TensorData.of(x.toDoubles(), rows * length, x.shape()[2]);
          long[] positions = LongStream.range(0, rows * length).map(i -> i % length).toArray();
          Map<String, NDArray> w = leaves(scope, weights);
          Map<String, NDArray> arguments = new HashMap<>(w);
          JsonNode config = block.path("config");
          if (config.has("rope_theta")) {
            double[] frequencies =
                dev.plumbline.lm.family.Rope.of(config.path("rope_theta").asDouble())
                    .inverseFrequencies(config.path("head_dim").asInt());
            arguments.put(
                "inverse_frequencies", engine.createDouble(scope, frequencies, frequencies.length));
          }
          NDArray leaf = leaves(scope, Map.of("x", tokens)).get("x");
          NDArray y =
              program
                  .call(
                      scope,
                      "probe_block",
                      new Argument.One(leaf),
                      new Argument.One(engine.create(scope, positions, positions.length)),
                      new Argument.One(engine.onHost(scope, rows, length, -1)),
                      new Argument.Named(arguments))
                  .getFirst();
          w.put("x", leaf);
          Map<String, TensorData> wanted = new HashMap<>(gradients);
          wanted.put("x", tokens);
          return pulledBack(scope, y, w, wanted, block);
        });
  }

  private static Found pulledBack(
      NDManager scope,
      NDArray y,
      Map<String, NDArray> leaves,
      Map<String, TensorData> wanted,
      JsonNode oracleCase) {
    TensorData upstream = Oracles.tensor(oracleCase.path("inputs").path("upstream_gradient"));
    double[] values = TensorEngine.values(y);
    List<String> names = List.copyOf(wanted.keySet());
    List<NDArray> gradients =
        engine
            .learning()
            .call(
                scope,
                "pull_back",
                new Argument.One(y),
                new Argument.Many(names.stream().map(leaves::get).toList()),
                new Argument.One(
                    engine.create(scope, upstream.toDoubles(), y.getShape().getShape())));
    Map<String, double[]> byName = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      byName.put(names.get(i), TensorEngine.values(gradients.get(i)));
    }
    return new Found(values, byName);
  }

  private static void check(Found found, JsonNode oracleCase, Map<String, TensorData> gradients) {
    JsonNode expected = oracleCase.path("expected");
    assertClose(found.y, Oracles.tensor(expected.path("y")).toDoubles(), "y");
    if (expected.has("grad_x")) {
      assertClose(
          found.gradients.get("x"), Oracles.tensor(expected.path("grad_x")).toDoubles(), "x");
    }
    gradients.forEach(
        (name, gradient) -> assertClose(found.gradients.get(name), gradient.toDoubles(), name));
  }

  private static void assertClose(double[] found, double[] expected, String name) {
    double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    assertThat(found).as(name).containsExactly(expected, within(TOLERANCE * Math.max(1, largest)));
  }

  private static double farthest(double[] a, double[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> Math.abs(a[i] - b[i])).max().orElseThrow();
  }

  private static Stream<DynamicTest> cases(String file, String kind, Consumer<JsonNode> check) {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode oracleCase : Oracles.read(file).path("cases")) {
      if (oracleCase.path("kind").asText().equals(kind)) {
        tests.add(
            DynamicTest.dynamicTest(
                oracleCase.path("config").toString(), () -> check.accept(oracleCase)));
      }
    }
    assertThat(tests).isNotEmpty();
    return tests.stream();
  }

  private static TensorProgram llama(JsonNode block) {
    JsonNode config = block.path("config");
    return program(
        "llama.py",
        llamaConstants(
            config.path("dim").asInt(),
            config.path("n_heads").asInt(),
            config.path("n_kv_heads").asInt(),
            config.path("head_dim").asInt(),
            config.path("norm_eps").asDouble()));
  }

  private static TensorProgram program(String family, Map<String, Number> constants) {
    List<String> sources = new ArrayList<>(List.of(family));
    sources.addAll(SHARED);
    return engine.compile(ModelProgram.class, sources, "Model", constants);
  }

  private static Map<String, Number> llamaConstants(
      int width, int heads, int keyValueHeads, int headDim, double epsilon) {
    Map<String, Number> constants = constants(width, heads, keyValueHeads, headDim, 0);
    constants.put("rms_norm_epsilon", epsilon);
    constants.put("rotation_scale", 1.0);
    return constants;
  }

  private static Map<String, Number> constants(
      int width, int heads, int keyValueHeads, int headDim, int transposed) {
    return new HashMap<>(
        Map.of(
            "layers", 1,
            "heads", heads,
            "key_value_heads", keyValueHeads,
            "head_dim", headDim,
            "hidden_size", width,
            "tied_embeddings", 1,
            "transposed", transposed,
            "compute_type", 7));
  }

  private static NDArray upload(NDManager scope, TensorData data) {
    return engine.create(scope, data.toDoubles(), data.shape());
  }

  private static Map<String, NDArray> leaves(NDManager scope, Map<String, TensorData> values) {
    List<String> names = List.copyOf(values.keySet());
    List<NDArray> leaves =
        engine
            .learning()
            .call(
                scope,
                "leaves",
                new Argument.Many(
                    names.stream().map(name -> upload(scope, values.get(name))).toList()));
    Map<String, NDArray> named = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      named.put(names.get(i), leaves.get(i));
    }
    return named;
  }

  /** llama2.c's weights under Hugging Face names, the rows of q and k in half-split order. */
  private static Map<String, TensorData> interleaved(
      JsonNode weights, int headDim, boolean reorder) {
    Map<String, TensorData> named = new HashMap<>();
    for (Map.Entry<String, JsonNode> weight : weights.properties()) {
      String name = weight.getKey().substring(0, weight.getKey().lastIndexOf('.'));
      TensorData data = Oracles.tensor(weight.getValue());
      boolean rotated = name.equals("attention.wq") || name.equals("attention.wk");
      named.put(
          "model.layers.0." + HUGGING_FACE_NAMES.get(name) + ".weight",
          rotated && reorder ? halfSplit(data, headDim) : data);
    }
    return named;
  }

  private static TensorData halfSplit(TensorData data, int headDim) {
    int in = (int) data.shape()[1];
    double[] from = data.toDoubles();
    double[] to = new double[from.length];
    for (int row = 0; row < data.shape()[0]; row++) {
      int head = row / headDim;
      int j = row % headDim;
      int source = head * headDim + (j < headDim / 2 ? 2 * j : 2 * (j - headDim / 2) + 1);
      System.arraycopy(from, source * in, to, row * in, in);
    }
    return TensorData.of(to, data.shape());
  }

  /** minGPT's weights under Hugging Face names, matrices [in, out]. */
  private static Map<String, TensorData> conv1d(JsonNode weights) {
    Map<String, TensorData> named = new HashMap<>();
    for (Map.Entry<String, JsonNode> weight : weights.properties()) {
      TensorData data = Oracles.tensor(weight.getValue());
      named.put(
          "transformer.h.0." + weight.getKey(), data.shape().length == 2 ? transposed(data) : data);
    }
    return named;
  }

  private static TensorData transposed(TensorData data) {
    int rows = (int) data.shape()[0];
    int columns = (int) data.shape()[1];
    double[] from = data.toDoubles();
    double[] to = new double[from.length];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        to[column * rows + row] = from[row * columns + column];
      }
    }
    return TensorData.of(to, columns, rows);
  }
}
