/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.plumbline.lm.engine.Argument;
import dev.plumbline.lm.engine.TensorEngine;
import dev.plumbline.lm.family.ModelConfig;
import dev.plumbline.lm.family.ModelFamily;
import dev.plumbline.lm.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
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
    TokenPlan plan = plan(rows, request);
    return engine.compute(
        scope -> {
          ModelProgram.Batch batch = program.upload(scope, plan);
          NDArray hidden =
              program.hidden(scope, batch, computeWeights.current(), arguments(adapter));
          NDArray reference =
              request.reference() == adapter ? null : reference(scope, batch, request);
          return statistics(scope, plan, batch, request, hidden, reference);
        });
  }

  @Override
  public ForwardPass forward(List<TokenRow> rows, LoraAdapter adapter, ForwardRequest request) {
    TokenPlan plan = plan(rows, request);
    return recorded(
        request,
        plan,
        adapter.parameters(),
        adapter.programNames(),
        (kept, leaves) -> {
          Map<String, NDArray> given = new LinkedHashMap<>(adapter.constants(kept, plan, request));
          given.putAll(leaves);
          return new Arguments(computeWeights.current(), given);
        });
  }

  @Override
  public ForwardPass forwardFull(List<TokenRow> rows, Parameters trained, ForwardRequest request) {
    if (request.needsReference()) {
      throw new IllegalArgumentException(
          "full fine-tuning moves the weights that would be the reference: score the reference before, or train an adapter; asked for were "
              + request.statistics());
    }
    return recorded(
        request,
        plan(rows, request),
        trained,
        trained.names(),
        (kept, leaves) -> {
          Map<String, NDArray> given = new LinkedHashMap<>(computeWeights.current());
          given.putAll(leaves);
          return new Arguments(given, Map.of());
        });
  }

  /** What the program reads. */
  private record Arguments(Map<String, NDArray> weights, Map<String, NDArray> adapter) {}

  private interface Placement {
    Arguments place(NDManager kept, Map<String, NDArray> trained);
  }

  private ForwardPass recorded(
      ForwardRequest request,
      TokenPlan plan,
      Parameters trained,
      List<String> programNames,
      Placement placement) {
    NDManager kept = engine.newOwner();
    try {
      return engine.computeRecording(
          scope -> {
            ModelProgram.Batch batch = program.upload(kept, plan);
            SequencedMap<String, NDArray> leaves =
                named(
                    programNames,
                    engine.learning().call(kept, "leaves", new Argument.Many(trained.inOrder())));
            Arguments arguments =
                switch (request.activations()) {
                  case KEPT -> placement.place(kept, leaves);
                  case RECOMPUTED -> placement.place(kept, named(programNames, trained.inOrder()));
                };
            List<NDArray> blockInputs =
                switch (request.activations()) {
                  case KEPT -> List.of();
                  case RECOMPUTED ->
                      program.blockInputs(kept, batch, arguments.weights(), arguments.adapter());
                };
            NDArray hidden =
                blockInputs.isEmpty()
                    ? program.hidden(kept, batch, arguments.weights(), arguments.adapter())
                    : program.normed(kept, blockInputs.getLast(), arguments.weights());
            NDArray reference = reference(kept, batch, request);
            int lowest = programNames.stream().mapToInt(family::depthOf).min().orElseThrow();
            return new TorchForwardPass(
                engine,
                program,
                kept,
                request,
                plan,
                new TorchForwardPass.Inputs(
                    batch,
                    arguments.weights(),
                    arguments.adapter(),
                    leaves,
                    trained.names(),
                    family.headWeight(),
                    lowest),
                new TorchForwardPass.Trunk(hidden, blockInputs, reference),
                statistics(scope, plan, batch, request, hidden, reference));
          });
    } catch (RuntimeException e) {
      kept.close();
      throw e;
    }
  }

  private static SequencedMap<String, NDArray> named(List<String> names, List<NDArray> arrays) {
    SequencedMap<String, NDArray> named = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      named.put(names.get(i), arrays.get(i));
    }
    return named;
  }

  private @Nullable NDArray reference(
      NDManager owner, ModelProgram.Batch batch, ForwardRequest request) {
    return request.needsReference()
        ? program.hidden(owner, batch, computeWeights.current(), arguments(request.reference()))
        : null;
  }

  private TokenStatistics statistics(
      NDManager scope,
      TokenPlan plan,
      ModelProgram.Batch batch,
      ForwardRequest request,
      NDArray hidden,
      @Nullable NDArray reference) {
    List<Statistic> wanted = List.copyOf(request.statistics());
    double[] values =
        TensorEngine.values(
            program.statistics(
                scope,
                hidden,
                reference,
                batch,
                program.options(scope, wanted, request.chunkLabels()),
                computeWeights.current()));
    Map<Statistic, double[][]> perRow = new EnumMap<>(Statistic.class);
    int entries = plan.entries();
    for (int i = 0; i < wanted.size(); i++) {
      perRow.put(
          wanted.get(i), plan.perRow(Arrays.copyOfRange(values, i * entries, (i + 1) * entries)));
    }
    return new TokenStatistics(plan.rows(), perRow);
  }

  private TokenPlan plan(List<TokenRow> rows, ForwardRequest request) {
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("a batch needs at least one row");
    }
    List<int[]> ids = new ArrayList<>();
    rows.forEach(row -> ids.add(row.ids()));
    requireFits(ids, config);
    return TokenPlan.of(rows, request.layout(), request.labels());
  }

  @Override
  public List<SampledCompletion> sample(
      List<int[]> prompts, Adapter adapter, SamplingOptions options, List<Long> noiseKeys) {
    Sampling.requirePrompts(prompts, noiseKeys, config);
    return engine.compute(
        scope ->
            new Sampling(
                    engine,
                    program,
                    config,
                    tokenizer,
                    options,
                    computeWeights.current(),
                    arguments(adapter))
                .run(scope, prompts, noiseKeys));
  }

  @Override
  public long openArrays() {
    return engine.openArrays();
  }

  @Override
  public Map<String, byte[]> files() {
    return HuggingFaceDirectory.files(textFiles, weights.data());
  }

  private static Map<String, NDArray> arguments(Adapter adapter) {
    return switch (adapter) {
      case Adapter.None none -> Map.of();
      case LoraAdapter lora -> lora.programArguments();
    };
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
    computeWeights.close();
    weights.close();
    program.close();
    engine.close();
    tokenizer.close();
  }
}
