/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.plumbline.lm.engine.Argument;
import dev.plumbline.lm.engine.TensorEngine;
import dev.plumbline.lm.family.ModelConfig;
import dev.plumbline.lm.family.ModelFamily;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Makes the part of a forward pass that leads to final hidden states, whatever is read off them.
 * Holds nothing of its own; used by the thread that uses the model.
 */
record Trunks(
    TensorEngine engine, ModelProgram program, ModelConfig config, ComputeWeights weights) {

  /** Final hidden states, with the adapter as it is. */
  NDArray hidden(NDManager owner, ModelProgram.Batch batch, Adapter adapter) {
    return program.hidden(owner, batch, weights.current(), arguments(adapter));
  }

  /** Records a pass, whose arrays end with it, or at once when it can't be made. */
  <P> P keeping(BiFunction<NDManager, NDManager, P> keptAndScopeToPass) {
    NDManager kept = engine.newOwner();
    try {
      return engine.computeRecording(scope -> keptAndScopeToPass.apply(kept, scope));
    } catch (RuntimeException e) {
      kept.close();
      throw e;
    }
  }

  /** Hidden states that nothing below leads back from. */
  Trunk frozen(NDManager kept, TokenPlan plan, Adapter adapter) {
    ModelProgram.Batch batch = program.upload(kept, plan);
    return new Trunk(
        batch,
        weights.current(),
        arguments(adapter),
        new LinkedHashMap<>(),
        List.of(),
        0,
        hidden(kept, batch, adapter),
        List.of());
  }

  /** Hidden states that lead back to an adapter's parameters. */
  Trunk ofAdapter(
      NDManager kept,
      TokenPlan plan,
      Activations activations,
      TrainedAdapter adapter,
      @Nullable DropoutKey dropout) {
    return switch (adapter) {
      case LoraAdapter lora ->
          recorded(
              kept,
              activations,
              plan,
              lora.parameters(),
              lora.programNames(),
              adding(lora.constants(kept, plan, dropout)));
      case ControlAdapter control when control.belowHead().names().isEmpty() ->
          frozen(kept, plan, control);
      case ControlAdapter control ->
          recorded(
              kept,
              activations,
              plan,
              control.belowHead(),
              control.programNames(),
              adding(control.constants(kept, plan, dropout)));
    };
  }

  private Placement adding(Map<String, NDArray> constants) {
    return leaves -> {
      Map<String, NDArray> given = new LinkedHashMap<>(constants);
      given.putAll(leaves);
      return new Arguments(weights.current(), given);
    };
  }

  /** Hidden states that lead back to the model's own weights, or some of them. */
  Trunk ofWeights(NDManager kept, TokenPlan plan, Activations activations, Parameters trained) {
    return recorded(
        kept,
        activations,
        plan,
        trained,
        trained.names(),
        leaves -> {
          Map<String, NDArray> given = new LinkedHashMap<>(weights.current());
          given.putAll(leaves);
          return new Arguments(given, Map.of());
        });
  }

  /** What the program reads. */
  private record Arguments(Map<String, NDArray> weights, Map<String, NDArray> adapter) {}

  private interface Placement {
    Arguments place(Map<String, NDArray> trained);
  }

  private Trunk recorded(
      NDManager kept,
      Activations activations,
      TokenPlan plan,
      Parameters trained,
      List<String> programNames,
      Placement placement) {
    ModelProgram.Batch batch = program.upload(kept, plan);
    SequencedMap<String, NDArray> leaves =
        Parameters.named(
            programNames,
            engine.learning().call(kept, "leaves", new Argument.Many(trained.inOrder())));
    Arguments arguments =
        switch (activations) {
          case KEPT -> placement.place(leaves);
          case RECOMPUTED -> placement.place(Parameters.named(programNames, trained.inOrder()));
        };
    List<NDArray> blockInputs =
        switch (activations) {
          case KEPT -> List.of();
          case RECOMPUTED ->
              program.blockInputs(kept, batch, arguments.weights(), arguments.adapter());
        };
    NDArray hidden =
        blockInputs.isEmpty()
            ? program.hidden(kept, batch, arguments.weights(), arguments.adapter())
            : program.normed(kept, blockInputs.getLast(), arguments.weights());
    ModelFamily family = ModelFamily.of(config);
    return new Trunk(
        batch,
        arguments.weights(),
        arguments.adapter(),
        leaves,
        trained.names(),
        programNames.stream().mapToInt(name -> depthOf(family, name)).min().orElseThrow(),
        hidden,
        blockInputs);
  }

  private static int depthOf(ModelFamily family, String programName) {
    return programName.equals(ControlAdapter.SOFT_PROMPTS) ? -1 : family.depthOf(programName);
  }

  /** What the program receives of an adapter that is not trained. */
  static Map<String, NDArray> arguments(Adapter adapter) {
    return switch (adapter) {
      case Adapter.None none -> Map.of();
      case LoraAdapter lora -> lora.programArguments();
      case ControlAdapter control -> control.programArguments();
    };
  }

  /** What an adapter adds to the logits; null for nothing. */
  static @Nullable NDArray bias(Adapter adapter) {
    return switch (adapter) {
      case Adapter.None none -> null;
      case LoraAdapter lora -> null;
      case ControlAdapter control -> control.bias();
    };
  }

  /** The soft prompts of an adapter. */
  static PromptBank bank(Adapter adapter) {
    return switch (adapter) {
      case Adapter.None none -> PromptBank.NONE;
      case LoraAdapter lora -> PromptBank.NONE;
      case ControlAdapter control -> control.bank();
    };
  }

  /** Refuses rows that the model can't take under these soft prompts. */
  void requireFit(List<TokenRow> rows, PromptBank bank) {
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("a batch needs at least one row");
    }
    requireFits(rows.stream().map(TokenRow::ids).toList(), config);
    for (int row = 0; row < rows.size(); row++) {
      int length = rows.get(row).length();
      for (int t = 0; t < length - 1; t++) {
        int level = bank.levelOf(rows.get(row), t);
        if (level >= bank.levels()) {
          throw new IllegalArgumentException(
              "row %d was spoken at prompt level %d, but the adapter has levels 0 to %d"
                  .formatted(row, level, bank.levels() - 1));
        }
        if (level > 0 && t + 2 + bank.vectors() > config.maxPositions()) {
          throw new IllegalArgumentException(
              "row %d has %d tokens and a soft prompt of %d vectors, but the model's longest row is %d"
                  .formatted(row, length, bank.vectors(), config.maxPositions()));
        }
      }
    }
  }

  static void requireFits(List<int[]> rows, ModelConfig config) {
    for (int row = 0; row < rows.size(); row++) {
      int[] ids = rows.get(row);
      if (ids.length > config.maxPositions()) {
        throw new IllegalArgumentException(
            "row %d has %d tokens, but the model's longest row is %d"
                .formatted(row, ids.length, config.maxPositions()));
      }
    }
    requireIds(rows, config);
  }

  static void requireIds(List<int[]> rows, ModelConfig config) {
    for (int row = 0; row < rows.size(); row++) {
      for (int id : rows.get(row)) {
        if (id < 0 || id >= config.vocabularySize()) {
          throw new IllegalArgumentException(
              "token ids must be in [0, %d), but row %d had %d"
                  .formatted(config.vocabularySize(), row, id));
        }
      }
    }
  }
}
