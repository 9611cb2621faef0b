/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.plumbline.lm.family.ModelConfig;
import dev.plumbline.lm.family.ModelFamily;
import dev.plumbline.lm.safetensors.TensorData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * What learns in a policy that speaks under control, a small share of its numbers: a bank of soft
 * prompts, an output bias and a LoRA adapter, each optional.
 *
 * <p>Level 0 of the bank is no prompt. The vectors of a level above stand in front of the row, in
 * the embedding's space, and take positions as tokens do: PEFT's prompt tuning. Which level acts on
 * a token is said by {@link TokenRow#promptLevels()}. The output bias is added to the logits at
 * every level, level 0 too. As a reference, the frozen model reads the same rows without any of
 * this.
 *
 * <p>Owned, closeable; used by one thread at a time. It belongs to the model it was made for and is
 * closed before it.
 */
public final class ControlAdapter implements TrainedAdapter {
  /** Name of the soft prompts: [levels - 1, m, hidden size]. */
  public static final String SOFT_PROMPTS = "soft_prompts";

  /** Name of the output bias: [vocabulary size]. */
  public static final String OUTPUT_BIAS = "output_bias";

  private static final int PROMPT_STREAM = 0x50726F6D; // "Prom"

  private final ModelConfig model;
  private final ControlConfig config;
  private final PromptBank bank;
  private final Parameters parameters;
  private final Parameters belowHead;
  private final @Nullable LoraAdapter lora;

  private ControlAdapter(ModelConfig model, ControlConfig config, Parameters parameters) {
    this.model = model;
    this.config = config;
    SoftPromptConfig prompts = config.prompts();
    this.bank =
        prompts == null
            ? PromptBank.NONE
            : new PromptBank(model.vocabularySize(), prompts.levels(), prompts.vectors());
    this.parameters = parameters;
    this.belowHead = parameters.select(name -> !name.equals(OUTPUT_BIAS));
    this.lora =
        config.lora() == null
            ? null
            : LoraAdapter.over(
                config.lora(),
                LoraTargets.of(model, config.lora()),
                parameters.select(name -> name.startsWith(PeftNames.PREFIX)));
  }

  /**
   * A new adapter. Each vector of a soft prompt begins as the embedding of a token drawn from the
   * vocabulary (arXiv 2104.08691, section 2.1); bias and LoRA change nothing yet.
   */
  public static ControlAdapter initialize(
      CausalLanguageModel model, ControlConfig config, long seed) {
    SoftPromptConfig prompts = config.prompts();
    List<int[]> drawn = new ArrayList<>();
    for (int prompt = 0; prompts != null && prompt < prompts.prompts(); prompt++) {
      int[] ids = new int[prompts.vectors()];
      for (int i = 0; i < ids.length; i++) {
        double u = CounterNoise.uniform(seed, PROMPT_STREAM, prompt, i);
        ids[i] = (int) (u * model.config().vocabularySize());
      }
      drawn.add(ids);
    }
    return initialize(model, config, drawn, seed);
  }

  /**
   * A new adapter whose soft prompts begin as the embeddings of texts.
   *
   * @param promptIds one text per soft prompt, from level 1 on, none empty: cut to the prompt's
   *     vectors, or repeated to fill them
   */
  public static ControlAdapter initialize(
      CausalLanguageModel model, ControlConfig config, List<int[]> promptIds, long seed) {
    SequencedMap<String, TensorData> values = new LinkedHashMap<>();
    SoftPromptConfig prompts = config.prompts();
    int expected = prompts == null ? 0 : prompts.prompts();
    if (promptIds.size() != expected) {
      throw new IllegalArgumentException(
          "one text per soft prompt expected, but %d soft prompts had %d"
              .formatted(expected, promptIds.size()));
    }
    if (prompts != null) {
      values.put(SOFT_PROMPTS, embeddings(model, prompts, promptIds));
    }
    LoraConfig lora = config.lora();
    if (lora != null) {
      LoraTargets targets = LoraTargets.of(model.config(), lora);
      values.putAll(LoraAdapter.initialValues(model, targets, lora, seed));
      lora = lora.targeting(targets.names());
    }
    if (config.bias()) {
      float[] zeros = new float[model.config().vocabularySize()];
      values.put(OUTPUT_BIAS, TensorData.of(zeros, zeros.length));
    }
    return of(model, new ControlConfig(prompts, config.bias(), lora), values);
  }

  private static TensorData embeddings(
      CausalLanguageModel model, SoftPromptConfig prompts, List<int[]> promptIds) {
    int vectors = prompts.vectors();
    long[] ids = new long[promptIds.size() * vectors];
    for (int prompt = 0; prompt < promptIds.size(); prompt++) {
      int[] text = promptIds.get(prompt);
      if (text.length == 0) {
        throw new IllegalArgumentException(
            "a soft prompt begins as a text of at least 1 token, but that of level %d had none"
                .formatted(prompt + 1));
      }
      for (int i = 0; i < vectors; i++) {
        ids[prompt * vectors + i] = text[i % text.length];
      }
    }
    Trunks.requireIds(promptIds, model.config());
    String embedding = ModelFamily.of(model.config()).embeddingModule() + ".weight";
    return TensorData.of(
        model.weights().rows(embedding, ids),
        promptIds.size(),
        vectors,
        model.config().hiddenSize());
  }

  /**
   * An adapter with these values.
   *
   * @param config target modules spelled out
   * @param values of all its parameters, in order
   */
  static ControlAdapter of(
      CausalLanguageModel model, ControlConfig config, SequencedMap<String, TensorData> values) {
    return new ControlAdapter(
        model.config(), config, Parameters.of(model.weights().engine(), values));
  }

  @Override
  public ControlAdapter copy() {
    return new ControlAdapter(model, config, parameters.copy());
  }

  ModelConfig model() {
    return model;
  }

  /** The settings, target modules spelled out. */
  public ControlConfig config() {
    return config;
  }

  /** Number of levels: 1, that is level 0 alone, without soft prompts. */
  public int levels() {
    return config.levels();
  }

  /**
   * The adapter's tensors: {@value #SOFT_PROMPTS}, the LoRA part's under their PEFT names, {@value
   * #OUTPUT_BIAS}. They are closed with the adapter.
   */
  @Override
  public Parameters parameters() {
    return parameters;
  }

  PromptBank bank() {
    return bank;
  }

  @Nullable LoraAdapter lora() {
    return lora;
  }

  /** What the logits gain; null for nothing. */
  @Nullable NDArray bias() {
    return parameters.tensors().get(OUTPUT_BIAS);
  }

  /** The parameters that the hidden states depend on; may be none. */
  Parameters belowHead() {
    return belowHead;
  }

  /** Names of {@link #belowHead()} as the tensor program knows them, in order. */
  List<String> programNames() {
    return belowHead.names().stream()
        .map(name -> name.equals(SOFT_PROMPTS) ? name : name.substring(PeftNames.PREFIX.length()))
        .toList();
  }

  /** What the tensor program receives to score. */
  Map<String, NDArray> programArguments() {
    Map<String, NDArray> arguments = new LinkedHashMap<>();
    if (lora != null) {
      arguments.putAll(lora.programArguments());
    }
    arguments.putAll(Parameters.named(programNames(), belowHead.inOrder()));
    return arguments;
  }

  /** What the tensor program receives beside the parameters to learn. */
  Map<String, NDArray> constants(NDManager owner, TokenPlan plan, @Nullable DropoutKey key) {
    return lora == null ? Map.of() : lora.constants(owner, plan, key);
  }

  @Override
  public void close() {
    if (lora != null) {
      lora.close();
    }
    belowHead.close();
    parameters.close();
  }
}
