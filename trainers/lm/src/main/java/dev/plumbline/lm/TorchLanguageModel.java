/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.lm.engine.Argument;
import dev.plumbline.lm.engine.TensorEngine;
import dev.plumbline.lm.engine.TensorProgram;
import dev.plumbline.lm.family.LlamaConfig;
import dev.plumbline.lm.family.ModelConfig;
import dev.plumbline.lm.family.ModelFamily;
import dev.plumbline.lm.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A model computed by its family's tensor program on libtorch. */
final class TorchLanguageModel implements CausalLanguageModel {
  private final ModelConfig config;
  private final ModelIdentity identity;
  private final byte[] tokenizerJson;
  private final TensorEngine engine;
  private final TensorProgram program;
  private final Parameters weights;
  private final Tokenizer tokenizer;

  private TorchLanguageModel(
      HuggingFaceDirectory origin,
      TensorEngine engine,
      TensorProgram program,
      Parameters weights,
      Tokenizer tokenizer) {
    this.config = origin.config();
    this.identity = origin.identity();
    this.tokenizerJson = origin.tokenizerJson();
    this.engine = engine;
    this.program = program;
    this.weights = weights;
    this.tokenizer = tokenizer;
  }

  static TorchLanguageModel open(HuggingFaceDirectory origin, EngineOptions options) {
    Tokenizer tokenizer = tokenizer(origin);
    TensorEngine engine = null;
    try {
      engine =
          TensorEngine.open(
              options.threads(),
              switch (options.precision()) {
                case FLOAT32 -> DataType.FLOAT32;
                case FLOAT64 -> DataType.FLOAT64;
              });
      ModelFamily family = ModelFamily.of(origin.config());
      TensorProgram program =
          engine.compile(
              TorchLanguageModel.class, family.program(), "Llama", constants(origin.config()));
      Parameters weights = Parameters.of(engine, origin.weights());
      return new TorchLanguageModel(origin, engine, program, weights, tokenizer);
    } catch (RuntimeException e) {
      tokenizer.close();
      if (engine != null) {
        engine.close();
      }
      throw e;
    }
  }

  private static Map<String, Number> constants(ModelConfig config) {
    Map<String, Number> constants = new TreeMap<>(ModelFamily.of(config).constants());
    constants.put("eos_token_id", config.eosTokenId());
    if (config instanceof LlamaConfig llama) {
      constants.put("rope_theta", llama.rope().theta());
    }
    return constants;
  }

  private static Tokenizer tokenizer(HuggingFaceDirectory origin) {
    ModelConfig config = origin.config();
    String file = origin.name() + "/" + HuggingFaceDirectory.TOKENIZER_FILE;
    Tokenizer tokenizer;
    try {
      tokenizer = Tokenizer.of(origin.tokenizerJson(), config.bosTokenId(), config.eosTokenId());
    } catch (IllegalArgumentException e) {
      throw new ModelLoadException(file, e.getMessage(), e);
    }
    if (tokenizer.largestId() >= config.vocabularySize()) {
      tokenizer.close();
      throw new ModelLoadException(
          file,
          "holds id %d, but the model's vocab_size is %d"
              .formatted(tokenizer.largestId(), config.vocabularySize()));
    }
    return tokenizer;
  }

  @Override
  public ModelConfig config() {
    return config;
  }

  @Override
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  @Override
  public ModelIdentity identity() {
    return identity;
  }

  @Override
  public EngineFingerprint fingerprint() {
    return EngineFingerprint.of(engine);
  }

  @Override
  public Parameters weights() {
    return weights;
  }

  @Override
  public TokenStatistics score(List<TokenRow> rows, Adapter adapter) {
    requireScorable(rows);
    return engine.compute(
        scope ->
            statistics(
                rows, logProbs(scope, scope, rows, weights.tensors(), adapterArguments(adapter))));
  }

  @Override
  public ForwardPass forward(List<TokenRow> rows, LoraAdapter adapter) {
    return forward(
        rows,
        adapter.parameters(),
        (scope, kept, leaves) ->
            logProbs(scope, kept, rows, weights.tensors(), adapter.programArguments(leaves)));
  }

  @Override
  public ForwardPass forwardFull(List<TokenRow> rows) {
    return forward(
        rows,
        weights,
        (scope, kept, leaves) -> logProbs(scope, kept, rows, weights.named(leaves), Map.of()));
  }

  private interface Recorded {
    NDArray logProbs(NDManager scope, NDManager kept, List<NDArray> leaves);
  }

  private ForwardPass forward(List<TokenRow> rows, Parameters trained, Recorded recorded) {
    requireScorable(rows);
    NDManager kept = engine.newOwner();
    try {
      return engine.computeRecording(
          scope -> {
            List<NDArray> leaves =
                engine.learning().call(kept, "leaves", new Argument.Many(trained.inOrder()));
            NDArray logProbs = recorded.logProbs(scope, kept, leaves);
            return new TorchForwardPass(
                engine, kept, trained.names(), leaves, logProbs, statistics(rows, logProbs));
          });
    } catch (RuntimeException e) {
      kept.close();
      throw e;
    }
  }

  /**
   * Runs the program on rows padded to the longest; the inputs end with the scope, the result
   * belongs to {@code kept}.
   */
  private NDArray logProbs(
      NDManager scope,
      NDManager kept,
      List<TokenRow> rows,
      Map<String, NDArray> weights,
      Map<String, NDArray> adapter) {
    int width = rows.stream().mapToInt(TokenRow::length).max().orElseThrow();
    long[] ids = new long[rows.size() * width];
    for (int row = 0; row < rows.size(); row++) {
      int[] source = rows.get(row).ids();
      for (int t = 0; t < source.length; t++) {
        ids[row * width + t] = source[t];
      }
    }
    return program
        .call(
            kept,
            "token_log_probs",
            new Argument.One(engine.create(scope, ids, rows.size(), width)),
            new Argument.Named(weights),
            new Argument.Named(adapter))
        .getFirst();
  }

  private static TokenStatistics statistics(List<TokenRow> rows, NDArray logProbs) {
    double[] values = TensorEngine.values(logProbs);
    int labels = Math.toIntExact(logProbs.getShape().get(1));
    double[][] perRow = new double[rows.size()][];
    for (int row = 0; row < perRow.length; row++) {
      perRow[row] = Arrays.copyOfRange(values, row * labels, row * labels + rows.get(row).labels());
    }
    return new TokenStatistics(rows, perRow);
  }

  @Override
  public List<SampledCompletion> sample(
      List<int[]> prompts, Adapter adapter, SamplingOptions options, List<Long> noiseKeys) {
    Sampling sampling = Sampling.of(prompts, options, noiseKeys, config);
    return engine.compute(
        scope -> {
          List<NDArray> drawn = draw(sampling, adapter, options, scope);
          return sampling.completions(
              drawn.get(0).toLongArray(), TensorEngine.values(drawn.get(1)));
        });
  }

  private List<NDArray> draw(
      Sampling sampling, Adapter adapter, SamplingOptions options, NDManager scope) {
    int rows = sampling.lengths().length;
    double[] settings = {options.temperature(), options.topK(), options.topP()};
    return program.call(
        scope,
        "sample",
        new Argument.One(scope.create(sampling.ids(), new Shape(rows, sampling.width()))),
        new Argument.One(scope.create(sampling.lengths(), new Shape(rows))),
        new Argument.One(scope.create(sampling.noise(), new Shape(rows, sampling.steps()))),
        new Argument.One(scope.create(settings)),
        new Argument.Named(weights.tensors()),
        new Argument.Named(adapterArguments(adapter)));
  }

  @Override
  public Map<String, byte[]> files() {
    return HuggingFaceDirectory.files(config, tokenizerJson, weights.data());
  }

  private static Map<String, NDArray> adapterArguments(Adapter adapter) {
    return switch (adapter) {
      case Adapter.None none -> Map.of();
      case LoraAdapter lora -> lora.programArguments(lora.parameters().inOrder());
    };
  }

  private void requireScorable(List<TokenRow> rows) {
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("a batch needs at least one row");
    }
    List<int[]> ids = new ArrayList<>();
    rows.forEach(row -> ids.add(row.ids()));
    requireFits(ids, config);
  }

  static void requireFits(List<int[]> rows, ModelConfig config) {
    for (int row = 0; row < rows.size(); row++) {
      int[] ids = rows.get(row);
      if (ids.length > config.maxPositions()) {
        throw new IllegalArgumentException(
            "row %d has %d tokens, but the model's longest row is %d"
                .formatted(row, ids.length, config.maxPositions()));
      }
      for (int id : ids) {
        if (id < 0 || id >= config.vocabularySize()) {
          throw new IllegalArgumentException(
              "token ids must be in [0, %d), but row %d had %d"
                  .formatted(config.vocabularySize(), row, id));
        }
      }
    }
  }

  @Override
  public void close() {
    weights.close();
    program.close();
    engine.close();
    tokenizer.close();
  }
}
