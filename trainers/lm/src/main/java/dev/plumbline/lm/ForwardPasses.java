/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.plumbline.lm.engine.Argument;
import dev.plumbline.lm.engine.TensorEngine;
import dev.plumbline.lm.family.ModelConfig;
import dev.plumbline.lm.family.ModelFamily;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Forward passes of one model: rows to statistics, and the graph that leads back. Holds nothing of
 * its own; used by the thread that uses the model.
 */
final class ForwardPasses {
  private final TensorEngine engine;
  private final ModelProgram program;
  private final ModelConfig config;
  private final ModelFamily family;
  private final ComputeWeights weights;

  ForwardPasses(
      TensorEngine engine, ModelProgram program, ModelConfig config, ComputeWeights weights) {
    this.engine = engine;
    this.program = program;
    this.config = config;
    this.family = ModelFamily.of(config);
    this.weights = weights;
  }

  /**
   * @param other model that the statistics compare with, held by the caller; null when they compare
   *     with this one or with nothing
   */
  TokenStatistics score(
      List<TokenRow> rows, Adapter adapter, ForwardRequest request, @Nullable OtherModel other) {
    TokenPlan plan = plan(rows, request);
    return engine.compute(
        scope -> {
          ModelProgram.Batch batch = program.upload(scope, plan);
          NDArray hidden = program.hidden(scope, batch, weights.current(), arguments(adapter));
          ModelProgram.ReferenceStates reference =
              request.reference() == adapter ? null : reference(scope, batch, request, other);
          return statistics(scope, plan, batch, request, hidden, reference);
        });
  }

  /**
   * @param other as in {@link #score}
   */
  ForwardPass forward(
      List<TokenRow> rows,
      LoraAdapter adapter,
      ForwardRequest request,
      @Nullable OtherModel other) {
    TokenPlan plan = plan(rows, request);
    return recorded(
        request,
        other,
        plan,
        adapter.parameters(),
        adapter.programNames(),
        (kept, leaves) -> {
          Map<String, NDArray> given = new LinkedHashMap<>(adapter.constants(kept, plan, request));
          given.putAll(leaves);
          return new Arguments(weights.current(), given);
        });
  }

  /**
   * @param other as in {@link #score}
   */
  ForwardPass forwardFull(
      List<TokenRow> rows, Parameters trained, ForwardRequest request, @Nullable OtherModel other) {
    if (request.needsReference() && other == null) {
      throw new IllegalArgumentException(
          "full fine-tuning moves the weights that would be the reference: compare with another model, or train an adapter; asked for were "
              + request.statistics());
    }
    return recorded(
        request,
        other,
        plan(rows, request),
        trained,
        trained.names(),
        (kept, leaves) -> {
          Map<String, NDArray> given = new LinkedHashMap<>(weights.current());
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
      @Nullable OtherModel other,
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
                Parameters.named(
                    programNames,
                    engine.learning().call(kept, "leaves", new Argument.Many(trained.inOrder())));
            Arguments arguments =
                switch (request.activations()) {
                  case KEPT -> placement.place(kept, leaves);
                  case RECOMPUTED ->
                      placement.place(kept, Parameters.named(programNames, trained.inOrder()));
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
            ModelProgram.ReferenceStates reference = reference(kept, batch, request, other);
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
                    lowest,
                    other),
                new TorchForwardPass.Trunk(hidden, blockInputs, reference),
                statistics(scope, plan, batch, request, hidden, reference));
          });
    } catch (RuntimeException e) {
      kept.close();
      throw e;
    }
  }

  /** The other model is of the same shape: this one's program computes both. */
  private ModelProgram.@Nullable ReferenceStates reference(
      NDManager owner,
      ModelProgram.Batch batch,
      ForwardRequest request,
      @Nullable OtherModel other) {
    if (!request.needsReference()) {
      return null;
    }
    if (other != null) {
      Map<String, NDArray> theirs = other.weights().current();
      return new ModelProgram.ReferenceStates(
          program.hidden(owner, batch, theirs, Map.of()), theirs.get(family.headWeight()));
    }
    Adapter adapter =
        switch (request.reference()) {
          case Adapter own -> own;
          case CausalLanguageModel itself -> Adapter.none();
        };
    return new ModelProgram.ReferenceStates(
        program.hidden(owner, batch, weights.current(), arguments(adapter)), null);
  }

  private TokenStatistics statistics(
      NDManager scope,
      TokenPlan plan,
      ModelProgram.Batch batch,
      ForwardRequest request,
      NDArray hidden,
      ModelProgram.@Nullable ReferenceStates reference) {
    List<Statistic> wanted = List.copyOf(request.statistics());
    double[] values =
        TensorEngine.values(
            program.statistics(
                scope,
                hidden,
                reference,
                batch,
                program.options(scope, wanted, request.chunkLabels()),
                weights.current()));
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

  /** What the program receives of an adapter that is not trained. */
  static Map<String, NDArray> arguments(Adapter adapter) {
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
}
