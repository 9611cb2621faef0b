/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import dev.plumbline.lm.family.ModelConfig;
import dev.plumbline.lm.text.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A causal language model with its tokenizer. It holds one copy of the weights: where an adapter is
 * trained, the reference is the same model with {@linkplain Adapter#none() no adapter}; where all
 * weights are, it is another model.
 *
 * <p>Used by one thread at a time; two threads inside at once are refused with {@link
 * IllegalStateException}. Equal inputs give equal bytes for an equal {@link EngineFingerprint}. A
 * batch of other rows or another layout may round differently in the last bits: the batch, in its
 * order, is part of the function.
 */
public non-sealed interface CausalLanguageModel extends Reference, AutoCloseable {

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

  /** Log-probabilities of a batch, without keeping a graph. */
  default TokenStatistics score(List<TokenRow> rows, Adapter adapter) {
    return score(rows, adapter, ForwardRequest.logProbs());
  }

  /**
   * Scores a batch without keeping a graph; nothing is dropped.
   *
   * @throws IllegalArgumentException when a statistic compares with another model that is not of
   *     the same configuration, tokenizer, precision and device
   */
  TokenStatistics score(List<TokenRow> rows, Adapter adapter, ForwardRequest request);

  /** Log-probabilities of a batch, and the way back to the adapter's gradients. */
  default ForwardPass forward(List<TokenRow> rows, TrainedAdapter adapter) {
    return forward(rows, adapter, ForwardRequest.logProbs());
  }

  /**
   * Scores a batch for gradients of the adapter's parameters; the base is frozen.
   *
   * @throws IllegalArgumentException as {@link #score(List, Adapter, ForwardRequest)}
   */
  ForwardPass forward(List<TokenRow> rows, TrainedAdapter adapter, ForwardRequest request);

  /** Log-probabilities of a batch without adapter, and the way back to all weights' gradients. */
  default ForwardPass forwardFull(List<TokenRow> rows) {
    return forwardFull(rows, weights(), ForwardRequest.logProbs());
  }

  /**
   * Scores a batch without adapter for gradients of the model's own weights.
   *
   * @param trained {@link #weights()}, or {@link #weightsAbove} some of them
   * @throws IllegalArgumentException when a statistic needs the reference and that is not another
   *     model: the weights of this one move; or it is, but not of the same configuration,
   *     tokenizer, precision and device
   */
  ForwardPass forwardFull(List<TokenRow> rows, Parameters trained, ForwardRequest request);

  /**
   * The weights that full fine-tuning moves when the bottom is frozen (arXiv 2304.05216): all but
   * the embeddings and the first blocks. A head tied to the embedding is frozen with it.
   *
   * @param frozenBlocks 0 (then nothing but the embeddings is frozen) to the number of blocks
   * @return a view of these weights, that the caller closes
   */
  Parameters weightsAbove(int frozenBlocks);

  /**
   * What a scalar head reads at each token of a batch, without keeping a graph; nothing is dropped.
   */
  default TokenScores scores(List<TokenRow> rows, Adapter adapter, ScalarHead head) {
    return scores(rows, adapter, head, ScoreRequest.defaults());
  }

  /** As {@link #scores(List, Adapter, ScalarHead)}, in another layout. */
  TokenScores scores(List<TokenRow> rows, Adapter adapter, ScalarHead head, ScoreRequest request);

  /** Scores a batch for gradients of the head; the adapter and the base are frozen. */
  ScorePass forwardHead(
      List<TokenRow> rows, Adapter adapter, ScalarHead head, ScoreRequest request);

  /** Scores a batch for gradients of the adapter's parameters, then of the head. */
  ScorePass forwardScores(
      List<TokenRow> rows, TrainedAdapter adapter, ScalarHead head, ScoreRequest request);

  /**
   * Scores a batch without adapter for gradients of the model's own weights, then of the head.
   *
   * @param trained {@link #weights()}, or {@link #weightsAbove} some of them
   */
  ScorePass forwardScoresFull(
      List<TokenRow> rows, Parameters trained, ScalarHead head, ScoreRequest request);

  /**
   * Draws one completion per prompt, the whole batch one step at a time.
   *
   * <p>No soft prompt acts; an output bias does. The noise of step s of a completion is a function
   * of (seed, its noise key, s): its text does not depend on which other prompts share the batch
   * (up to the rounding that another batch shape brings).
   *
   * @param prompts token ids, none empty, the start-of-text id included where the model wants it
   * @param noiseKeys one key per prompt
   */
  List<SampledCompletion> sample(
      List<int[]> prompts, Adapter adapter, SamplingOptions options, List<Long> noiseKeys);

  /**
   * Draws one completion per prompt under control, one token of all rows after the other. Noise and
   * filters are those of {@link #sample(List, Adapter, SamplingOptions, List)}: without term and at
   * level 0 the completions are too.
   *
   * @param adapter whose soft prompts the control chooses from
   * @param control may use this model itself, to score; it must not move weights
   * @throws IllegalArgumentException when the control chooses a level that the adapter lacks, or
   *     excludes every token
   */
  List<ControlledCompletion> sample(
      List<int[]> prompts,
      Adapter adapter,
      SamplingOptions options,
      List<Long> noiseKeys,
      TokenControl control);

  /**
   * Draws one completion per prompt while the soft prompt of each descends before every token, by
   * the gradient of a head on the model's own hidden states. The log-probabilities of the policy
   * itself are those under the adapter's own prompt, where each descent started; {@link
   * ControlledCompletion#behaviourLogProbs()} are those of what the tokens were drawn from. Each
   * token costs {@code steps} passes there and back and two there, over the whole row.
   *
   * @throws IllegalArgumentException when the adapter lacks the level or the head's width isn't the
   *     model's
   */
  List<ControlledCompletion> sample(
      List<int[]> prompts,
      ControlAdapter adapter,
      SamplingOptions options,
      List<Long> noiseKeys,
      PromptDescent descent);

  /**
   * Number of native arrays open: weights, adapters, optimizers and forward passes of this model
   * that have not been closed.
   */
  long openArrays();

  /**
   * The model as the files of a Hugging Face directory, a function of the present weights: {@code
   * config.json}, {@code generation_config.json}, {@code model.safetensors}, {@code
   * tokenizer.json}.
   */
  Map<String, byte[]> files();

  @Override
  void close();
}
