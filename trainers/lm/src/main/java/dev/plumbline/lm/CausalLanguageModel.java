/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import dev.plumbline.lm.family.ModelConfig;
import dev.plumbline.lm.text.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A causal language model with its tokenizer. It holds one copy of the weights: the reference
 * policy is the same model with {@linkplain Adapter#none() no adapter}.
 *
 * <p>Used by one thread at a time; two threads inside at once are refused with {@link
 * IllegalStateException}. Equal inputs give equal bytes for an equal {@link EngineFingerprint}.
 * Rows are padded to the longest row of their batch, and a batch of another shape may round
 * differently in the last bits: the batch, in its order, is part of the function.
 */
public interface CausalLanguageModel extends AutoCloseable {

  /**
   * Loads a Hugging Face directory: {@code config.json}, {@code model.safetensors}, {@code
   * tokenizer.json}.
   *
   * @throws ModelLoadException naming the file and the reason when one is missing, broken or not
   *     supported; nothing stays loaded then
   */
  static CausalLanguageModel load(Path huggingFaceDirectory, EngineOptions options) {
    return TorchLanguageModel.open(HuggingFaceDirectory.read(huggingFaceDirectory), options);
  }

  /**
   * A new model with random weights: normal(0, 0.02) matrices, norms 1, as a function of the seed.
   *
   * @param tokenizerJson bytes of a {@code tokenizer.json} whose ids fit the vocabulary
   */
  static CausalLanguageModel initialize(
      String name, ModelConfig config, byte[] tokenizerJson, long seed, EngineOptions options) {
    return TorchLanguageModel.open(
        HuggingFaceDirectory.initialize(name, config, tokenizerJson, seed), options);
  }

  ModelConfig config();

  Tokenizer tokenizer();

  /**
   * Digests of the files the model was opened from, or would have been saved as when it was
   * initialized.
   */
  ModelIdentity identity();

  EngineFingerprint fingerprint();

  /** The model's own weights, under their Hugging Face names. They are closed with the model. */
  Parameters weights();

  /** Scores a batch without keeping a graph. */
  TokenStatistics score(List<TokenRow> rows, Adapter adapter);

  /**
   * Scores a batch and keeps the graph for gradients of the adapter's parameters; the base is
   * frozen.
   */
  ForwardPass forward(List<TokenRow> rows, LoraAdapter adapter);

  /** Scores a batch without adapter and keeps the graph for gradients of all {@link #weights()}. */
  ForwardPass forwardFull(List<TokenRow> rows);

  /**
   * Draws one completion per prompt, the whole batch one step at a time.
   *
   * <p>The noise of step s of a completion is a function of (seed, its noise key, s): its text does
   * not depend on which other prompts share the batch (up to the rounding that another batch shape
   * brings).
   *
   * @param prompts token ids, none empty, the start-of-text id included where the model wants it
   * @param noiseKeys one key per prompt
   */
  List<SampledCompletion> sample(
      List<int[]> prompts, Adapter adapter, SamplingOptions options, List<Long> noiseKeys);

  /**
   * The model as the files of a Hugging Face directory, a function of the present weights: {@code
   * config.json}, {@code generation_config.json}, {@code model.safetensors}, {@code
   * tokenizer.json}.
   */
  Map<String, byte[]> files();

  @Override
  void close();
}
