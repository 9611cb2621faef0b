/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.plumbline.lm.engine.Argument;
import dev.plumbline.lm.engine.TensorEngine;
import dev.plumbline.lm.engine.TensorProgram;
import dev.plumbline.lm.family.LinearModule;
import dev.plumbline.lm.family.ModelFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The tensor program of a model's family, method by method: the family's own source and the ones
 * that all families share. Called inside the engine.
 */
final class ModelProgram implements AutoCloseable {
  private static final List<String> SHARED =
      List.of(
          "layers.py",
          "attention.py",
          "scoring.py",
          "heads.py",
          "sampling.py",
          "control.py",
          "descent.py");
  // Logits in memory at one time: enough to keep the matrix product busy, small enough for a cache.
  private static final int CHUNK_LOGITS = 1 << 22;

  private final TensorEngine engine;
  private final TensorProgram program;
  private final ControlProgram control;
  private final int vocabularySize;

  ModelProgram(TensorEngine engine, ModelFamily family, int vocabularySize, Precision precision) {
    this.engine = engine;
    this.vocabularySize = vocabularySize;
    List<String> sources = new ArrayList<>(List.of(family.program()));
    sources.addAll(SHARED);
    Map<String, Number> constants = new TreeMap<>(family.constants());
    constants.put("compute_type", scalarType(precision));
    constants.put("rotation_scale", family.attentionFactor());
    constants.put(
        "transposed",
        family.linearModules().values().stream().anyMatch(LinearModule::transposed) ? 1 : 0);
    this.program = engine.compile(ModelProgram.class, sources, "Model", constants);
    this.control = new ControlProgram(engine, program);
  }

  /** The part that generates under control. */
  ControlProgram control() {
    return control;
  }

  /** PyTorch's numbers of its scalar types. */
  private static int scalarType(Precision precision) {
    return switch (precision) {
      case FLOAT32 -> 6;
      case FLOAT64 -> 7;
      case BFLOAT16 -> 15;
    };
  }

  /**
   * A plan's tensors on the device.
   *
   * @param groups on the host: read number by number
   */
  record Batch(
      NDArray ids, NDArray positions, NDArray groups, NDArray left, NDArray at, NDArray labels) {}

  Batch upload(NDManager owner, TokenPlan plan) {
    return new Batch(
        engine.create(owner, plan.ids(), plan.ids().length),
        engine.create(owner, plan.positions(), plan.positions().length),
        engine.onHost(owner, plan.groups()),
        engine.create(owner, plan.leftPadding(), plan.leftPadding().length),
        engine.create(owner, plan.at(), plan.at().length),
        engine.create(owner, plan.labels(), plan.labels().length));
  }

  /** Labels whose logits exist at one time when nothing else is asked for. */
  static int chunkLabels(int vocabularySize) {
    return Math.clamp(CHUNK_LOGITS / vocabularySize, 64, 8192);
  }

  /** Labels per chunk, then the numbers of the statistics. */
  NDArray options(NDManager owner, List<Statistic> statistics, int chunkLabels) {
    long[] options = new long[1 + statistics.size()];
    options[0] = chunkLabels > 0 ? chunkLabels : chunkLabels(vocabularySize);
    for (int i = 0; i < statistics.size(); i++) {
      options[1 + i] = statistics.get(i).number();
    }
    return engine.onHost(owner, options);
  }

  /** Final hidden states [N, D]. */
  NDArray hidden(
      NDManager owner, Batch batch, Map<String, NDArray> weights, Map<String, NDArray> adapter) {
    return program
        .call(
            owner,
            "hidden",
            new Argument.One(batch.ids()),
            new Argument.One(batch.positions()),
            new Argument.One(batch.groups()),
            new Argument.One(batch.left()),
            new Argument.Named(weights),
            new Argument.Named(adapter))
        .getFirst();
  }

  /** What each block reads, then what the final norm reads. */
  List<NDArray> blockInputs(
      NDManager owner, Batch batch, Map<String, NDArray> weights, Map<String, NDArray> adapter) {
    return program.call(
        owner,
        "block_inputs",
        new Argument.One(batch.ids()),
        new Argument.One(batch.positions()),
        new Argument.One(batch.groups()),
        new Argument.One(batch.left()),
        new Argument.Named(weights),
        new Argument.Named(adapter));
  }

  /** The final norm of [N, D]. */
  NDArray normed(NDManager owner, NDArray x, Map<String, NDArray> weights) {
    return program
        .call(owner, "normed", new Argument.One(x), new Argument.Named(weights))
        .getFirst();
  }

  /**
   * What logits of the reference are made of.
   *
   * @param hidden final hidden states
   * @param head output matrix; null when it is the policy's
   * @param bias added to the logits; null for none
   * @param at tokens that predict the labels; null when they are the policy's
   */
  record ReferenceStates(
      NDArray hidden, @Nullable NDArray head, @Nullable NDArray bias, @Nullable NDArray at) {}

  /**
   * @param bias added to the logits; null for none
   * @param reference null when it is the policy itself
   * @return [statistics, entries]
   */
  NDArray statistics(
      NDManager owner,
      NDArray hidden,
      @Nullable NDArray bias,
      @Nullable ReferenceStates reference,
      Batch batch,
      NDArray options,
      Map<String, NDArray> weights) {
    return program
        .call(
            owner,
            "statistics",
            new Argument.One(hidden),
            new Argument.One(engine.orEmpty(owner, bias)),
            new Argument.One(engine.orEmpty(owner, reference == null ? null : reference.hidden())),
            new Argument.One(engine.orEmpty(owner, reference == null ? null : reference.head())),
            new Argument.One(engine.orEmpty(owner, reference == null ? null : reference.bias())),
            new Argument.One(engine.orEmpty(owner, reference == null ? null : reference.at())),
            new Argument.One(batch.at()),
            new Argument.One(batch.labels()),
            new Argument.One(options),
            new Argument.Named(weights))
        .getFirst();
  }

  /**
   * @param bias added to the logits, and trained; null for none
   * @param derivatives [statistics, entries]
   * @return derivatives of the final hidden states, of the head where it is trained, and of the
   *     bias where there is one
   */
  List<NDArray> pullBackStatistics(
      NDManager owner,
      NDArray hidden,
      @Nullable NDArray bias,
      @Nullable ReferenceStates reference,
      Batch batch,
      NDArray options,
      NDArray derivatives,
      boolean headTrained,
      Map<String, NDArray> weights) {
    return program.call(
        owner,
        "pull_back_statistics",
        new Argument.One(hidden),
        new Argument.One(engine.orEmpty(owner, bias)),
        new Argument.One(engine.orEmpty(owner, reference == null ? null : reference.hidden())),
        new Argument.One(engine.orEmpty(owner, reference == null ? null : reference.head())),
        new Argument.One(engine.orEmpty(owner, reference == null ? null : reference.bias())),
        new Argument.One(engine.orEmpty(owner, reference == null ? null : reference.at())),
        new Argument.One(batch.at()),
        new Argument.One(batch.labels()),
        new Argument.One(options),
        new Argument.One(derivatives),
        new Argument.One(engine.onHost(owner, headTrained ? 1 : 0)),
        new Argument.Named(weights));
  }

  /**
   * One number per entry.
   *
   * @param weight of the scalar head: [1, D]
   */
  NDArray scores(NDManager owner, NDArray hidden, Batch batch, NDArray weight) {
    return program
        .call(
            owner,
            "scores",
            new Argument.One(hidden),
            new Argument.One(batch.at()),
            new Argument.One(weight))
        .getFirst();
  }

  /**
   * @param derivatives one per entry
   * @return derivatives of the final hidden states, and of the scalar head
   */
  List<NDArray> pullBackScores(
      NDManager owner, NDArray hidden, Batch batch, NDArray weight, NDArray derivatives) {
    return program.call(
        owner,
        "pull_back_scores",
        new Argument.One(hidden),
        new Argument.One(batch.at()),
        new Argument.One(weight),
        new Argument.One(derivatives));
  }

  /**
   * @param lowest first block that leads to a leaf, or -1 for the embedding
   * @param leaves by the name that they stand for
   * @return a gradient per leaf, in the order of the sorted names
   */
  List<NDArray> pullBackBlocks(
      NDManager owner,
      Batch batch,
      List<NDArray> inputs,
      NDArray derivatives,
      int lowest,
      SortedMap<String, NDArray> leaves,
      Map<String, NDArray> weights,
      Map<String, NDArray> adapter) {
    return program.call(
        owner,
        "pull_back_blocks",
        new Argument.One(batch.ids()),
        new Argument.One(batch.positions()),
        new Argument.One(batch.groups()),
        new Argument.One(batch.left()),
        new Argument.Many(inputs),
        new Argument.One(derivatives),
        new Argument.One(engine.onHost(owner, lowest)),
        new Argument.Named(leaves),
        new Argument.Named(weights),
        new Argument.Named(adapter));
  }

  /** Hidden state of each row's last token, then the cache. */
  List<NDArray> prefill(
      NDManager owner,
      NDArray ids,
      NDArray lengths,
      NDArray rows,
      Map<String, NDArray> weights,
      Map<String, NDArray> adapter) {
    return program.call(
        owner,
        "prefill",
        new Argument.One(ids),
        new Argument.One(lengths),
        new Argument.One(rows),
        new Argument.Named(weights),
        new Argument.Named(adapter));
  }

  /** Some rows of each tensor. */
  List<NDArray> rowsOf(NDManager owner, List<NDArray> tensors, NDArray rows) {
    return program.call(owner, "rows_of", new Argument.Many(tensors), new Argument.One(rows));
  }

  /** Which tokens each row holds: [rows, vocabulary]. */
  NDArray seenIn(NDManager owner, NDArray ids, int vocabularySize) {
    return program
        .call(
            owner,
            "seen_in",
            new Argument.One(ids),
            new Argument.One(engine.onHost(owner, vocabularySize)))
        .getFirst();
  }

  /** The cache of some rows, with more slots. */
  List<NDArray> resized(NDManager owner, List<NDArray> cache, NDArray rows, int slots) {
    return program.call(
        owner,
        "resized",
        new Argument.Many(cache),
        new Argument.One(rows),
        new Argument.One(engine.onHost(owner, slots)));
  }

  /** Draws some tokens per row: ids, log-probabilities, and the new state. */
  List<NDArray> extend(
      NDManager owner,
      SamplingState state,
      NDArray noise,
      NDArray stops,
      NDArray settings,
      @Nullable NDArray bias,
      Map<String, NDArray> weights,
      Map<String, NDArray> adapter) {
    return program.call(
        owner,
        "extend",
        new Argument.One(state.hidden()),
        new Argument.One(state.lengths()),
        new Argument.One(state.seen()),
        new Argument.One(noise),
        new Argument.One(stops),
        new Argument.One(settings),
        new Argument.One(engine.orEmpty(owner, bias)),
        new Argument.Many(state.cache()),
        new Argument.Named(weights),
        new Argument.Named(adapter));
  }

  /** What generation carries from one call to the next. */
  record SamplingState(NDArray hidden, NDArray lengths, NDArray seen, List<NDArray> cache) {}

  @Override
  public void close() {
    program.close();
  }
}
