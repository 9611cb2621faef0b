/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.lm.family.GenerationConfig;
import dev.plumbline.lm.family.LinearModule;
import dev.plumbline.lm.family.ModelConfig;
import dev.plumbline.lm.family.ModelFamily;
import dev.plumbline.lm.safetensors.ElementType;
import dev.plumbline.lm.safetensors.TensorData;
import dev.plumbline.lm.safetensors.TensorSource;
import dev.plumbline.lm.text.ByteBpeTrainer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A model that was never trained, whose every weight matters to what it computes: to be loaded by
 * two programs and compared. Matrices are normal(0, 1 / in), norms 1 + normal(0, 0.04), biases
 * normal(0, 0.04); with a byte-level tokenizer. All bytes are a function of config, type and seed.
 *
 * @param config of the model; a vocabulary of at least 280 ids
 * @param type of the weights, a floating-point type
 * @param seed of the weights
 */
public record RandomCheckpoint(ModelConfig config, ElementType type, long seed) {
  private static final int STREAM = 0x52616E64; // "Rand"
  private static final double VECTOR_DEVIATION = 0.2;
  private static final int TOKENIZER_IDS = 280;
  private static final String TOKENIZER_TEXT =
      "the quick brown fox jumps over the lazy dog, and the dog sleeps on";
  private static final ObjectMapper JSON = new ObjectMapper();

  public RandomCheckpoint {
    WeightNames.requireFloating(type);
    if (config.vocabularySize() < TOKENIZER_IDS) {
      throw new IllegalArgumentException(
          "vocab_size must be at least %d (the ids of the byte-level tokenizer), but was %d"
              .formatted(TOKENIZER_IDS, config.vocabularySize()));
    }
  }

  /**
   * Writes a Hugging Face directory, one tensor in memory at a time.
   *
   * @param directory exists and has no weights; other files of the same names are replaced
   * @param shardBytes most bytes of tensors in one file
   */
  public void writeTo(Path directory, long shardBytes) throws IOException {
    HuggingFaceDirectory.write(directory, textFiles(), weights(), shardBytes);
  }

  /** All files of the directory, for a small model. */
  public SortedMap<String, byte[]> files() {
    SequencedMap<String, TensorData> weights = new LinkedHashMap<>();
    weights().forEach((name, source) -> weights.put(name, source.read()));
    return HuggingFaceDirectory.files(textFiles(), weights);
  }

  /** The weights, each drawn when it is read. */
  SequencedMap<String, TensorSource> weights() {
    ModelFamily family = ModelFamily.of(config);
    Map<String, LinearModule> linear = family.linearModules();
    SequencedMap<String, TensorSource> weights = new LinkedHashMap<>();
    family
        .weights()
        .forEach(
            (name, shape) -> {
              LinearModule module = linear.get(name.replaceFirst("\\.weight$", ""));
              long in = module == null ? shape[shape.length - 1] : module.in();
              double mean = shape.length == 1 && name.endsWith(".weight") ? 1 : 0;
              double deviation = shape.length == 1 ? VECTOR_DEVIATION : 1 / Math.sqrt((double) in);
              weights.put(name, new Drawn(type, shape, seed, weights.size(), mean, deviation));
            });
    return weights;
  }

  private SortedMap<String, byte[]> textFiles() {
    SortedMap<String, byte[]> files = new TreeMap<>();
    files.put(TextFiles.CONFIG, ModelFamily.of(config).configJson());
    files.put(TextFiles.GENERATION_CONFIG, GenerationConfig.of(config.specialTokens()).toJson());
    files.put(TextFiles.TOKENIZER, ByteBpeTrainer.train(List.of(TOKENIZER_TEXT), TOKENIZER_IDS));
    ObjectNode tokenizer = JSON.createObjectNode();
    tokenizer.put("tokenizer_class", "PreTrainedTokenizerFast");
    tokenizer.put("bos_token", "<s>");
    tokenizer.put("eos_token", "</s>");
    tokenizer.put("unk_token", "<unk>");
    tokenizer.put("clean_up_tokenization_spaces", false);
    tokenizer.put("model_max_length", config.maxPositions());
    files.put(
        "tokenizer_config.json",
        (tokenizer.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8));
    return files;
  }

  /** A tensor of normal numbers. */
  @SuppressWarnings("ArrayRecordComponent") // dimensions, never compared
  private record Drawn(
      ElementType type, long[] shape, long seed, int index, double mean, double deviation)
      implements TensorSource {

    @Override
    public TensorData read() {
      float[] values = new float[TensorData.elements(shape)];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (mean + deviation * CounterNoise.normal(seed, STREAM, index, i));
      }
      return TensorData.of(type, values, shape);
    }
  }
}
