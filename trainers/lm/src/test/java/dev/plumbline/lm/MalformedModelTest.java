/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.lm.family.ModelConfig;
import dev.plumbline.lm.family.ModelSizes;
import dev.plumbline.lm.safetensors.ElementType;
import dev.plumbline.lm.safetensors.SafeTensors;
import dev.plumbline.lm.safetensors.TensorData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Model directories that must not load: each is refused with the file and the reason. */
final class MalformedModelTest {
  private static final long SHARD_BYTES = 4_000;
  private static final String CONFIG = "config.json";
  private static final String GENERATION = "generation_config.json";
  private static final String WEIGHTS = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";
  private static final String FIRST_SHARD = "model-00001-of-00007.safetensors";
  private static final String SECOND_SHARD = "model-00002-of-00007.safetensors";
  private static final String EMBEDDING = "model.embed_tokens.weight";
  private static final String NORM = "model.norm.weight";

  @TempDir private Path directory;

  interface Damage {
    void to(Path directory) throws IOException;
  }

  record Case(
      String name, String family, long shardBytes, Damage damage, String file, String reason) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> malformed() {
    return Stream.of(configs(), otherFamilies(), weights(), shards()).flatMap(cases -> cases);
  }

  private static Stream<Case> configs() {
    return Stream.of(
        single("no configuration", delete(CONFIG), CONFIG, "the file is missing"),
        single("truncated configuration", cut(CONFIG), CONFIG, "not valid JSON"),
        single("no tokenizer", delete("tokenizer.json"), "tokenizer.json", "the file is missing"),
        single("list", write(CONFIG, "[1]"), CONFIG, "a JSON object was expected, but was [1]"),
        single(
            "duplicate key",
            replace(CONFIG, "\"hidden_size\" : 16", "\"hidden_size\" : 16, \"hidden_size\" : 16"),
            CONFIG,
            "Duplicate field 'hidden_size'"),
        single(
            "folder in place of a file",
            folder -> {
              Files.delete(folder.resolve(CONFIG));
              Files.createDirectory(folder.resolve(CONFIG));
            },
            CONFIG,
            "can't be read"),
        single(
            "unknown family",
            replace(CONFIG, "\"llama\"", "\"mamba\""),
            CONFIG,
            "model_type must be one of [gpt2, llama, mistral, qwen2, qwen3], but was 'mamba'"),
        single(
            "no family",
            replace(CONFIG, "\"model_type\"", "\"model\""),
            CONFIG,
            "model_type must be a text, but was missing"),
        single(
            "classifier",
            replace(CONFIG, "LlamaForCausalLM", "LlamaForSequenceClassification"),
            CONFIG,
            "architectures must be a list that holds LlamaForCausalLM, but was"
                + " [\"LlamaForSequenceClassification\"]"),
        single(
            "quantized weights",
            add("\"quantization_config\" : {\"bits\" : 4}"),
            CONFIG,
            "quantization_config: quantized weights are not supported, but it was {\"bits\":4}"),
        single(
            "other activation",
            replace(CONFIG, "\"silu\"", "\"gelu\""),
            CONFIG,
            "hidden_act must be 'silu' or 'swish', but was \"gelu\""),
        single(
            "unknown rope scaling",
            add("\"rope_scaling\" : {\"type\" : \"longrope\"}"),
            CONFIG,
            "rope_scaling.type must be 'default', 'linear', 'llama3' or 'yarn', but was"
                + " \"longrope\""),
        single(
            "incomplete rope scaling",
            add("\"rope_scaling\" : {\"rope_type\" : \"llama3\", \"factor\" : 8}"),
            CONFIG,
            "rope_scaling.low_freq_factor must be a number, but was missing"),
        single(
            "partly rotated heads",
            add("\"partial_rotary_factor\" : 0.5"),
            CONFIG,
            "partial_rotary_factor must be 1.0, but was 0.5"),
        single(
            "split matrices",
            add("\"pretraining_tp\" : 2"),
            CONFIG,
            "pretraining_tp must be 1.0, but was 2"),
        single(
            "sliding layers",
            add("\"layer_types\" : [\"full_attention\", \"sliding_attention\"]"),
            CONFIG,
            "layer_types must be a list that holds only full_attention"),
        single(
            "mixture of experts",
            add("\"num_local_experts\" : 8"),
            CONFIG,
            "num_local_experts: mixtures of experts are not supported, but it was 8"),
        single(
            "misspelt key",
            replace(CONFIG, "\"hidden_size\"", "\"hiddensize\""),
            CONFIG,
            "hidden_size must be an integer, but was missing"),
        single(
            "heads that don't divide",
            replace(CONFIG, "\"num_key_value_heads\" : 2", "\"num_key_value_heads\" : 3"),
            CONFIG,
            "num_key_value_heads must divide num_attention_heads, but was 3 and 4"),
        single(
            "truth that is text",
            replace(CONFIG, "\"mlp_bias\" : false", "\"mlp_bias\" : \"no\""),
            CONFIG,
            "mlp_bias must be true or false, but was \"no\""),
        single(
            "end beyond the vocabulary",
            replace(GENERATION, "\"eos_token_id\" : 2", "\"eos_token_id\" : [2, 300]"),
            CONFIG,
            "vocab_size is 300, but generation_config.json has eos_token_id 300"),
        single(
            "end that is text",
            replace(GENERATION, "\"eos_token_id\" : 2", "\"eos_token_id\" : \"</s>\""),
            GENERATION,
            "eos_token_id must be an id or a list of ids, but was \"</s>\""));
  }

  private static Stream<Case> otherFamilies() {
    return Stream.of(
        of(
            "qwen2",
            "sliding window",
            replace(CONFIG, "\"use_sliding_window\" : false", "\"use_sliding_window\" : true"),
            CONFIG,
            "use_sliding_window true is not supported"),
        of(
            "mistral",
            "window left to the reader",
            replace(CONFIG, "\"sliding_window\" : null,", ""),
            CONFIG,
            "sliding_window is missing"),
        of(
            "qwen3",
            "head width left to the reader",
            replace(CONFIG, "\"head_dim\" : 4,", ""),
            CONFIG,
            "head_dim is missing"),
        of(
            "gpt2",
            "reordered attention",
            add("\"reorder_and_upcast_attn\" : true"),
            CONFIG,
            "reorder_and_upcast_attn true is not supported"),
        of(
            "gpt2",
            "unscaled attention",
            replace(CONFIG, "\"scale_attn_weights\" : true", "\"scale_attn_weights\" : false"),
            CONFIG,
            "scale_attn_weights false is not supported"),
        of(
            "gpt2",
            "weight with and without its prefix",
            changeWeights(
                tensors -> {
                  tensors.put("ln_f.bias", tensors.get("transformer.ln_f.bias"));
                  return tensors;
                }),
            WEIGHTS,
            "tensor 'transformer.ln_f.bias' is there twice"));
  }

  private static Stream<Case> weights() {
    return Stream.of(
        single("no weights", delete(WEIGHTS), WEIGHTS, "the file is missing"),
        single(
            "pickle",
            folder -> Files.move(folder.resolve(WEIGHTS), folder.resolve("pytorch_model.bin")),
            "pytorch_model.bin",
            "pickle files can run code when they are read and are not supported; convert"),
        single("empty file", write(WEIGHTS, ""), WEIGHTS, "the file is empty"),
        single("truncated weights", cut(WEIGHTS), WEIGHTS, "truncated: the tensors need"),
        single(
            "left-over bytes",
            changeBytes(WEIGHTS, bytes -> Arrays.copyOf(bytes, bytes.length + 4)),
            WEIGHTS,
            "the tensors end at byte"),
        single(
            "header of 2^63 bytes", headerLength(Long.MIN_VALUE), WEIGHTS, "9223372036854775808"),
        single("huge header", headerLength(100_000_001), WEIGHTS, "exceeds the limit of 100000000"),
        single(
            "header that is not JSON",
            header(json -> json.replace(':', ';')),
            WEIGHTS,
            "not valid"),
        single(
            "deeply nested header",
            header(json -> "{\"a\":" + "[".repeat(5_000)),
            WEIGHTS,
            "the header is not valid JSON"),
        single(
            "tensor of 2^63 elements",
            header(json -> json.replace("[300,16]", "[4611686018427387904,2]")),
            WEIGHTS,
            "overflows"),
        single(
            "tensor larger than a view",
            header(json -> json.replace("[300,16]", "[1073741824,16]")),
            WEIGHTS,
            "but tensors have at most 2147483647"),
        single(
            "overlap",
            header(json -> json.replace(offsetsOf(json, NORM), "[0,64]")),
            WEIGHTS,
            "overlaps the tensor that ends at byte"),
        single(
            "size that disagrees with the shape",
            header(json -> json.replace("[300,16]", "[300,15]")),
            WEIGHTS,
            "needs 18000 bytes, but its data_offsets span 19200"),
        single(
            "unknown type",
            header(json -> json.replaceFirst("\"F32\"", "\"F8_E4M3\"")),
            WEIGHTS,
            "must be one of"),
        single(
            "integers",
            header(json -> json.replaceFirst("\"F32\"", "\"I32\"")),
            WEIGHTS,
            "type I32"),
        single("not a number", firstValue(NORM, Float.NaN), WEIGHTS, notFinite(NORM)),
        single(
            "infinite",
            firstValue(EMBEDDING, Float.POSITIVE_INFINITY),
            WEIGHTS,
            notFinite(EMBEDDING)),
        single(
            "missing tensor",
            changeWeights(
                tensors -> {
                  tensors.remove(NORM);
                  return tensors;
                }),
            WEIGHTS,
            "tensor 'model.norm.weight' is missing"),
        single(
            "superfluous tensor",
            firstValue("model.layers.0.self_attn.q_norm.weight", 1),
            WEIGHTS,
            "tensor 'model.layers.0.self_attn.q_norm.weight' is not part of such a model"),
        single(
            "biases that no file has",
            replace(CONFIG, "\"attention_bias\" : false", "\"attention_bias\" : true"),
            WEIGHTS,
            "tensor 'model.layers.0.self_attn.q_proj.bias' is missing"),
        single(
            "fewer layers than the file has",
            replace(CONFIG, "\"num_hidden_layers\" : 2", "\"num_hidden_layers\" : 1"),
            WEIGHTS,
            "tensor 'model.layers.1.input_layernorm.weight' is not part of such a model"),
        single(
            "other shape",
            replace(CONFIG, "\"vocab_size\" : 300", "\"vocab_size\" : 301"),
            WEIGHTS,
            "tensor 'model.embed_tokens.weight' has shape [300, 16], but the configuration asks for"
                + " [301, 16]"),
        single(
            "tied output that differs",
            replace(CONFIG, "\"tie_word_embeddings\" : false", "\"tie_word_embeddings\" : true"),
            WEIGHTS,
            "tensor 'lm_head.weight' must repeat 'model.embed_tokens.weight'"));
  }

  private static Stream<Case> shards() {
    return Stream.of(
        sharded(
            "missing shard",
            delete(SECOND_SHARD),
            SECOND_SHARD,
            "the file is missing, but model.safetensors.index.json lists it"),
        sharded("truncated shard", cut(SECOND_SHARD), SECOND_SHARD, "truncated"),
        sharded(
            "path out of the directory",
            replace(INDEX, SECOND_SHARD, "../" + SECOND_SHARD),
            INDEX,
            "weight_map must name .safetensors files of the directory itself, but had '../"),
        sharded(
            "absolute path",
            replace(INDEX, SECOND_SHARD, "/tmp/x.safetensors"),
            INDEX,
            "but had '/tmp/x.safetensors'"),
        sharded(
            "path that is none",
            replace(INDEX, SECOND_SHARD, "a\\u0000.safetensors"),
            INDEX,
            "weight_map must name .safetensors files"),
        sharded(
            "link out of the directory",
            folder -> {
              Path shard = folder.resolve(SECOND_SHARD);
              Path outside = folder.resolveSibling("outside.safetensors");
              Files.move(shard, outside);
              Files.createSymbolicLink(shard, outside);
            },
            SECOND_SHARD,
            "a link out of the model's directory"),
        sharded(
            "tensor in another shard than listed",
            replace(
                INDEX,
                "\"" + EMBEDDING + "\" : \"" + FIRST_SHARD,
                "\"" + EMBEDDING + "\" : \"" + SECOND_SHARD),
            SECOND_SHARD,
            "lacks tensor 'model.embed_tokens.weight'"),
        sharded(
            "tensor that no shard holds",
            replace(
                INDEX, "\"weight_map\" : {", "\"weight_map\" : {\"x\" : \"" + FIRST_SHARD + "\","),
            FIRST_SHARD,
            "lacks tensor 'x', which model.safetensors.index.json puts there"),
        sharded(
            "tensor in two shards",
            folder ->
                Files.copy(
                    folder.resolve(SECOND_SHARD),
                    folder.resolve("model-00003-of-00007.safetensors"),
                    StandardCopyOption.REPLACE_EXISTING),
            "model-00003-of-00007.safetensors",
            "which model.safetensors.index.json puts in " + SECOND_SHARD),
        sharded("index without map", write(INDEX, "{}"), INDEX, "weight_map must be an object"),
        sharded("index that is not JSON", cut(INDEX), INDEX, "not valid JSON"));
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void shouldBeRefusedWithFileAndReason(Case malformed) throws IOException {
    Path model = Files.createDirectory(directory.resolve("model"));
    new RandomCheckpoint(ModelConfig.of(malformed.family, ModelSizes.tiny()), ElementType.F32, 1)
        .writeTo(model, malformed.shardBytes);
    assertThat(HuggingFaceDirectory.read(model).weights()).isNotEmpty();

    malformed.damage.to(model);

    assertThatThrownBy(() -> HuggingFaceDirectory.read(model))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageStartingWith(model.resolve(malformed.file) + ": ")
        .hasMessageContaining(malformed.reason);
  }

  @Test
  void shouldNameTheDirectoryThatIsNotThere() {
    assertThatThrownBy(() -> HuggingFaceDirectory.read(directory.resolve("none")))
        .isInstanceOf(ModelLoadException.class)
        .hasMessage(directory.resolve("none") + ": there is no such directory");
  }

  private static Case single(String name, Damage damage, String file, String reason) {
    return new Case(name, "llama", Long.MAX_VALUE, damage, file, reason);
  }

  private static Case sharded(String name, Damage damage, String file, String reason) {
    return new Case(name, "llama", SHARD_BYTES, damage, file, reason);
  }

  private static Case of(String family, String name, Damage damage, String file, String reason) {
    return new Case(family + ": " + name, family, Long.MAX_VALUE, damage, file, reason);
  }

  private static Damage delete(String file) {
    return folder -> Files.delete(folder.resolve(file));
  }

  private static Damage write(String file, String text) {
    return folder -> Files.writeString(folder.resolve(file), text);
  }

  private static Damage cut(String file) {
    return changeBytes(file, bytes -> Arrays.copyOf(bytes, bytes.length - 20));
  }

  /** Adds a key to the configuration. */
  private static Damage add(String json) {
    return replace(CONFIG, "\"vocab_size\"", json + ", \"vocab_size\"");
  }

  private static Damage replace(String file, String from, String to) {
    return folder -> {
      String text = Files.readString(folder.resolve(file));
      assertThat(text).contains(from);
      Files.writeString(folder.resolve(file), text.replace(from, to));
    };
  }

  private static Damage changeBytes(String file, UnaryOperator<byte[]> change) {
    return folder ->
        Files.write(folder.resolve(file), change.apply(Files.readAllBytes(folder.resolve(file))));
  }

  private static Damage headerLength(long length) {
    return changeBytes(
        WEIGHTS,
        bytes -> {
          ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
          return bytes;
        });
  }

  /** Changes the header and keeps the data. */
  private static Damage header(UnaryOperator<String> change) {
    return changeBytes(
        WEIGHTS,
        bytes -> {
          int length = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
          String header = new String(bytes, 8, length, StandardCharsets.UTF_8);
          byte[] changed = change.apply(header).getBytes(StandardCharsets.UTF_8);
          return ByteBuffer.allocate(bytes.length - length + changed.length)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(changed.length)
              .put(changed)
              .put(bytes, 8 + length, bytes.length - 8 - length)
              .array();
        });
  }

  private static String offsetsOf(String header, String tensor) {
    int start = header.indexOf("[", header.indexOf("data_offsets", header.indexOf(tensor)));
    return header.substring(start, header.indexOf("]", start) + 1);
  }

  private static Damage firstValue(String tensor, float value) {
    return changeWeights(
        tensors -> {
          TensorData before = tensors.getOrDefault(tensor, TensorData.of(new float[4], 4));
          float[] values = before.toFloats();
          values[3] = value;
          tensors.put(tensor, TensorData.of(values, before.shape()));
          return tensors;
        });
  }

  private static String notFinite(String tensor) {
    return "tensor '%s' must be finite, but was not at index 3 of ".formatted(tensor);
  }

  private static Damage changeWeights(UnaryOperator<Map<String, TensorData>> change) {
    return changeBytes(
        WEIGHTS,
        bytes -> {
          SafeTensors content = SafeTensors.parse(bytes);
          return SafeTensors.of(change.apply(new TreeMap<>(content.tensors())), content.metadata())
              .toBytes();
        });
  }
}
