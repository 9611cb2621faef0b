/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import dev.plumbline.lm.family.LinearModule;
import dev.plumbline.lm.family.ModelConfig;
import dev.plumbline.lm.family.ModelFamily;
import java.util.Map;
import java.util.function.Predicate;

/**
 * An estimate of the native memory, in bytes, that training takes: what is held all the time, and
 * what one micro-batch adds. libtorch's code and the Java heap come on top.
 *
 * <p>For Llama shapes of 11 and 34 million weights, 8 rows of 256 tokens, it was between 14 % below
 * and 20 % above what the arrays took, over LoRA and full training, both precisions, kept and
 * recomputed activations. The process may hold more: glibc's allocator keeps pieces below 32 MB
 * that were freed, and resident memory was then up to two thirds above the arrays'.
 *
 * @param weights the model's, in single precision (double for {@link Precision#FLOAT64})
 * @param copies of the weights in bfloat16
 * @param adapter the adapter's numbers
 * @param moments AdamW's two per trained number
 * @param gradients one per trained number
 * @param activations what the forward pass keeps, and what the backward pass works with
 * @param logits of the labels that are computed at one time, with their derivatives
 * @param clipped a second copy of the gradients, while the optimizer moves the weights
 */
public record TrainingMemory(
    long weights,
    long copies,
    long adapter,
    long moments,
    long gradients,
    long activations,
    long logits,
    long clipped) {
  // Logits, their exponentials, and the derivatives of the two terms of a log-probability.
  private static final int LOGITS_ALIVE = 4;

  /**
   * What is trained, and how.
   *
   * @param trained numbers that move
   * @param rows of a micro-batch; a row counts once for each soft prompt that acts on it
   * @param tokens of each row, padding included
   * @param precision of the computation
   * @param activations kept for the backward pass
   */
  public record Settings(
      TrainedWeights trained, int rows, int tokens, Precision precision, Activations activations) {

    public Settings {
      if (rows < 1 || tokens < 2) {
        throw new IllegalArgumentException(
            "a micro-batch needs at least 1 row of at least 2 tokens, but was %d of %d"
                .formatted(rows, tokens));
      }
    }

    private long positions() {
      return (long) rows * tokens;
    }
  }

  /** Numbers that training moves. */
  public static long trainedCount(ModelConfig model, TrainedWeights trained) {
    ModelFamily family = ModelFamily.of(model);
    return switch (trained) {
      case TrainedWeights.OfAdapter adapter -> loraCount(model, adapter.config());
      case TrainedWeights.OfControl control -> controlCount(model, control.config());
      case TrainedWeights.All all -> count(family, name -> true);
      case TrainedWeights.Above above ->
          count(family, name -> family.depthOf(name) >= above.frozenBlocks());
    };
  }

  /** All of a model's numbers; a head tied to the embedding counts once. */
  public static long count(ModelConfig model) {
    return count(ModelFamily.of(model), name -> true);
  }

  /**
   * @throws IllegalArgumentException when the adapter's targets are none of the model's modules
   */
  public static TrainingMemory of(ModelConfig model, Settings settings) {
    long floatBytes =
        switch (settings.precision()) {
          case FLOAT32, BFLOAT16 -> Float.BYTES;
          case FLOAT64 -> Double.BYTES;
        };
    long all = count(model);
    long trained = trainedCount(model, settings.trained());
    boolean halved = settings.precision() == Precision.BFLOAT16;
    boolean adapted =
        switch (settings.trained()) {
          case TrainedWeights.OfAdapter adapter -> true;
          case TrainedWeights.OfControl control -> true;
          case TrainedWeights.All everything -> false;
          case TrainedWeights.Above above -> false;
        };
    return new TrainingMemory(
        floatBytes * all,
        halved ? Short.BYTES * all : 0,
        adapted ? floatBytes * trained : 0,
        2 * floatBytes * trained,
        floatBytes * trained,
        activations(model, settings, floatBytes) + (halved ? Short.BYTES * trained : 0),
        logits(model, settings, floatBytes),
        floatBytes * trained);
  }

  /** The most that is held at one time: in the backward pass, or while the weights move. */
  public long total() {
    return weights
        + copies
        + adapter
        + moments
        + gradients
        + Math.max(activations + logits, clipped);
  }

  private static long controlCount(ModelConfig model, ControlConfig config) {
    SoftPromptConfig prompts = config.prompts();
    long ofPrompts =
        prompts == null ? 0 : (long) prompts.prompts() * prompts.vectors() * model.hiddenSize();
    long ofBias = config.bias() ? model.vocabularySize() : 0;
    return ofPrompts + ofBias + (config.lora() == null ? 0 : loraCount(model, config.lora()));
  }

  private static long loraCount(ModelConfig model, LoraConfig config) {
    LoraTargets targets = LoraTargets.of(model, config);
    long rank = config.rank();
    long count = 0;
    for (long[] embedding : targets.embedding().values()) {
      count += rank * (embedding[0] + embedding[1]);
    }
    for (LinearModule module : targets.linear().values()) {
      count += rank * (module.in() + module.out());
      count +=
          switch (config.variant()) {
            case LORA -> 0;
            case DORA -> module.out();
          };
    }
    return count;
  }

  private static long count(ModelFamily family, Predicate<String> names) {
    long count = 0;
    for (Map.Entry<String, long[]> weight : family.weights().entrySet()) {
      if (names.test(weight.getKey())) {
        long size = 1;
        for (long dimension : weight.getValue()) {
          size *= dimension;
        }
        count += size;
      }
    }
    return count;
  }

  private static long activations(ModelConfig model, Settings settings, long floatBytes) {
    long bytes = settings.precision() == Precision.BFLOAT16 ? Short.BYTES : floatBytes;
    long recorded =
        switch (settings.trained()) {
          case TrainedWeights.OfAdapter adapter -> model.layers();
          case TrainedWeights.OfControl control ->
              control.config().prompts() == null && control.config().lora() == null
                  ? 0
                  : model.layers();
          case TrainedWeights.All all -> model.layers();
          case TrainedWeights.Above above -> model.layers() - above.frozenBlocks();
        };
    long block = blockBytes(model, settings, bytes, floatBytes);
    long hidden = bytes * model.hiddenSize();
    // Derivatives of one block, of what it read and of its widest layer.
    long working = hidden * 4 + bytes * 3 * model.intermediateSize();
    long perToken =
        switch (settings.activations()) {
          case KEPT -> recorded * block + working;
          case RECOMPUTED -> (model.layers() + 1) * hidden + block + working;
        };
    return settings.positions() * perToken;
  }

  /**
   * What the graph of one block keeps per token: the inputs of its norms and linear modules, what
   * attention reads and gives, and both factors of gated products.
   */
  private static long blockBytes(
      ModelConfig model, Settings settings, long bytes, long floatBytes) {
    long hidden = model.hiddenSize();
    long queries = (long) model.attentionHeads() * model.headDim();
    long inner = model.intermediateSize();
    ModelFamily family = ModelFamily.of(model);
    // A gated layer has a third matrix, and keeps gate, activated gate, the other factor, product.
    boolean gated = family.linearModules().keySet().stream().anyMatch(m -> m.endsWith("up_proj"));
    long numbers = 4 * hidden + 5 * queries + (gated ? 4 : 2) * inner;
    long extra = 0;
    if (settings.precision() == Precision.BFLOAT16) {
      // Norms are computed in single precision.
      extra += floatBytes * 2 * hidden;
    }
    switch (settings.trained()) {
      case TrainedWeights.OfAdapter adapter ->
          extra += loraBytes(model, adapter.config(), bytes) / model.layers();
      case TrainedWeights.OfControl control -> {
        if (control.config().lora() != null) {
          extra += loraBytes(model, control.config().lora(), bytes) / model.layers();
        }
      }
      case TrainedWeights.All all -> numbers += 2 * hidden;
      case TrainedWeights.Above above -> numbers += 2 * hidden;
    }
    return bytes * numbers + extra;
  }

  /** What LoRA adds per token, over all blocks. */
  private static long loraBytes(ModelConfig model, LoraConfig config, long bytes) {
    long sum = 0;
    for (LinearModule module : LoraTargets.of(model, config).linear().values()) {
      sum += 2 * bytes * config.rank();
      if (config.dropout() > 0) {
        sum += (2 * bytes + 1) * module.in();
      }
      sum +=
          switch (config.variant()) {
            case LORA -> 0;
            case DORA -> 2 * bytes * module.out();
          };
    }
    return sum;
  }

  private static long logits(ModelConfig model, Settings settings, long floatBytes) {
    long vocabulary = model.vocabularySize();
    long chunk = Math.min(settings.positions(), ModelProgram.chunkLabels(model.vocabularySize()));
    long bytes = LOGITS_ALIVE * chunk * vocabulary * floatBytes;
    boolean headTrained =
        switch (settings.trained()) {
          case TrainedWeights.OfAdapter adapter -> false;
          case TrainedWeights.OfControl control -> false;
          case TrainedWeights.All all -> true;
          case TrainedWeights.Above above -> !model.tiedEmbeddings();
        };
    // The head's gradient: the sum so far and one chunk's.
    return headTrained ? bytes + 2 * vocabulary * model.hiddenSize() * floatBytes : bytes;
  }
}
