/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import ai.djl.ndarray.types.DataType;
import dev.plumbline.lm.engine.TensorEngine;
import dev.plumbline.lm.family.ModelConfig;
import dev.plumbline.lm.family.ModelFamily;
import dev.plumbline.lm.text.Tokenizer;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** A model computed by its family's tensor program on libtorch. */
final class TorchLanguageModel implements CausalLanguageModel {
  private final ModelConfig config;
  private final ModelIdentity identity;
  private final SortedMap<String, byte[]> textFiles;
  private final ModelFamily family;
  private final Precision precision;
  private final TensorEngine engine;
  private final ModelProgram program;
  private final Parameters weights;
  private final ComputeWeights computeWeights;
  private final ForwardPasses passes;
  private final ScorePasses scorePasses;
  private final Tokenizer tokenizer;

  private TorchLanguageModel(
      HuggingFaceDirectory origin,
      Precision precision,
      TensorEngine engine,
      ModelProgram program,
      Parameters weights,
      Tokenizer tokenizer) {
    this.config = origin.config();
    this.identity = origin.identity();
    this.textFiles = origin.textFiles();
    this.family = ModelFamily.of(config);
    this.precision = precision;
    this.engine = engine;
    this.program = program;
    this.weights = weights;
    this.computeWeights =
        new ComputeWeights(engine, weights, precision, family.inverseFrequencies());
    Trunks trunks = new Trunks(engine, program, config, computeWeights);
    this.passes = new ForwardPasses(trunks);
    this.scorePasses = new ScorePasses(trunks);
    this.tokenizer = tokenizer;
  }

  static TorchLanguageModel open(HuggingFaceDirectory origin, EngineOptions options) {
    Tokenizer tokenizer = tokenizer(origin);
    TensorEngine engine = null;
    try {
      engine =
          TensorEngine.open(
              options.threads(),
              options.device(),
              switch (options.precision()) {
                case FLOAT32, BFLOAT16 -> DataType.FLOAT32;
                case FLOAT64 -> DataType.FLOAT64;
              });
      ModelProgram program =
          new ModelProgram(
              engine,
              ModelFamily.of(origin.config()),
              origin.config().vocabularySize(),
              options.precision());
      Parameters weights = Parameters.of(engine, origin.weights());
      return new TorchLanguageModel(
          origin, options.precision(), engine, program, weights, tokenizer);
    } catch (RuntimeException e) {
      tokenizer.close();
      if (engine != null) {
        engine.close();
      }
      throw e;
    }
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
    return EngineFingerprint.of(engine, precision);
  }

  @Override
  public Parameters weights() {
    return weights;
  }

  @Override
  public Parameters weightsAbove(int frozenBlocks) {
    if (frozenBlocks < 0 || frozenBlocks > config.layers()) {
      throw new IllegalArgumentException(
          "frozen_blocks must be in [0, %d], the number of blocks, but was %d"
              .formatted(config.layers(), frozenBlocks));
    }
    return weights.select(name -> family.depthOf(name) >= frozenBlocks);
  }

  @Override
  public TokenStatistics score(List<TokenRow> rows, Adapter adapter, ForwardRequest request) {
    OtherModel other = otherModel(request);
    return OtherModel.holding(other, () -> passes.score(rows, adapter, request, other));
  }

  @Override
  public ForwardPass forward(List<TokenRow> rows, TrainedAdapter adapter, ForwardRequest request) {
    OtherModel other = otherModel(request);
    return OtherModel.holding(other, () -> passes.forward(rows, adapter, request, other));
  }

  @Override
  public ForwardPass forwardFull(List<TokenRow> rows, Parameters trained, ForwardRequest request) {
    OtherModel other = otherModel(request);
    return OtherModel.holding(other, () -> passes.forwardFull(rows, trained, request, other));
  }

  @Override
  public TokenScores scores(
      List<TokenRow> rows, Adapter adapter, ScalarHead head, ScoreRequest request) {
    return scorePasses.scores(rows, adapter, fitting(head), request.layout());
  }

  @Override
  public ScorePass forwardHead(
      List<TokenRow> rows, Adapter adapter, ScalarHead head, ScoreRequest request) {
    return scorePasses.forwardHead(rows, adapter, fitting(head), request);
  }

  @Override
  public ScorePass forwardScores(
      List<TokenRow> rows, TrainedAdapter adapter, ScalarHead head, ScoreRequest request) {
    return scorePasses.forward(rows, adapter, fitting(head), request);
  }

  @Override
  public ScorePass forwardScoresFull(
      List<TokenRow> rows, Parameters trained, ScalarHead head, ScoreRequest request) {
    return scorePasses.forwardFull(rows, trained, fitting(head), request);
  }

  private ScalarHead fitting(ScalarHead head) {
    if (head.parameters().engine() != engine) {
      throw new IllegalArgumentException(
          "the head must be one that was made for the model '%s'".formatted(identity.name()));
    }
    return head;
  }

  /** The model that the statistics compare with, unless it is this one. */
  private @Nullable OtherModel otherModel(ForwardRequest request) {
    if (!request.needsReference()) {
      return null;
    }
    return switch (request.reference()) {
      case Adapter adapter -> null;
      case CausalLanguageModel itself when itself == this -> null;
      case TorchLanguageModel other -> {
        requireSameShape(other);
        yield new OtherModel(other.engine, other.computeWeights);
      }
      case CausalLanguageModel other ->
          throw new IllegalArgumentException(
              "the reference must be a model that was loaded or initialized, but was " + other);
    };
  }

  private void requireSameShape(TorchLanguageModel reference) {
    requireSame(reference, "configuration", config, reference.config);
    requireSame(
        reference,
        "tokenizer (sha256)",
        identity.tokenizerSha256(),
        reference.identity.tokenizerSha256());
    requireSame(reference, "precision", precision, reference.precision);
    requireSame(reference, "device", engine.device(), reference.engine.device());
  }

  private void requireSame(TorchLanguageModel reference, String what, Object ours, Object theirs) {
    if (!ours.equals(theirs)) {
      throw new IllegalArgumentException(
          "the reference '%s' must have the %s of the policy '%s', %s, but has %s"
              .formatted(reference.identity.name(), what, identity.name(), ours, theirs));
    }
  }

  @Override
  public List<SampledCompletion> sample(
      List<int[]> prompts, Adapter adapter, SamplingOptions options, List<Long> noiseKeys) {
    Sampling.requirePrompts(prompts, noiseKeys, config, 0);
    return engine.compute(
        scope ->
            new Sampling(
                    engine, program, config, tokenizer, options, computeWeights.current(), adapter)
                .run(scope, prompts, noiseKeys));
  }

  @Override
  public List<ControlledCompletion> sample(
      List<int[]> prompts,
      Adapter adapter,
      SamplingOptions options,
      List<Long> noiseKeys,
      TokenControl control) {
    Sampling.requirePrompts(prompts, noiseKeys, config, Trunks.bank(adapter).vectors());
    return new ControlledSampling(
            engine,
            program,
            config,
            tokenizer,
            options,
            engine.compute(scope -> computeWeights.current()),
            adapter,
            control)
        .run(prompts, noiseKeys);
  }

  @Override
  public List<ControlledCompletion> sample(
      List<int[]> prompts,
      ControlAdapter adapter,
      SamplingOptions options,
      List<Long> noiseKeys,
      PromptDescent descent) {
    Sampling.requirePrompts(prompts, noiseKeys, config, adapter.bank().vectors());
    return new DescentSampling(
            engine,
            program,
            config,
            tokenizer,
            options,
            engine.compute(scope -> computeWeights.current()),
            adapter,
            descent)
        .run(prompts, noiseKeys);
  }

  @Override
  public long openArrays() {
    return engine.openArrays();
  }

  @Override
  public Map<String, byte[]> files() {
    return HuggingFaceDirectory.files(textFiles, weights.data());
  }

  @Override
  public void close() {
    computeWeights.close();
    weights.close();
    program.close();
    engine.close();
    tokenizer.close();
  }
}
