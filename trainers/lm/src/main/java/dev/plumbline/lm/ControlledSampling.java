/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.plumbline.lm.engine.TensorEngine;
import dev.plumbline.lm.family.ModelConfig;
import dev.plumbline.lm.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Draws one completion per prompt under a {@link TokenControl}, one token of all rows after the
 * other. The control is called outside the engine, so that it may use the model itself. Used once.
 */
final class ControlledSampling {
  private final TensorEngine engine;
  private final ModelProgram program;
  private final ModelConfig config;
  private final Tokenizer tokenizer;
  private final SamplingOptions options;
  private final Map<String, NDArray> weights;
  private final Adapter adapter;
  private final @Nullable NDArray bias;
  private final TokenControl control;
  private final int candidates;

  ControlledSampling(
      TensorEngine engine,
      ModelProgram program,
      ModelConfig config,
      Tokenizer tokenizer,
      SamplingOptions options,
      Map<String, NDArray> weights,
      Adapter adapter,
      TokenControl control) {
    this.engine = engine;
    this.program = program;
    this.config = config;
    this.tokenizer = tokenizer;
    this.options = options;
    this.weights = weights;
    this.adapter = adapter;
    this.bias = Trunks.bias(adapter);
    this.control = control;
    this.candidates = control.candidates();
    if (candidates < 0 || candidates > config.vocabularySize()) {
      throw new IllegalArgumentException(
          "a control must ask for 0 to %d candidates (the vocabulary), but asked for %d"
              .formatted(config.vocabularySize(), candidates));
    }
  }

  List<ControlledCompletion> run(List<int[]> prompts, List<Long> noiseKeys) {
    int room = config.maxPositions() - Trunks.bank(adapter).vectors();
    List<SpokenRow> rows = SpokenRow.of(prompts, noiseKeys, options.maxNewTokens(), room);
    try (NDManager owner = engine.newOwner()) {
      Batch batch = new Batch(owner, rows);
      while (!batch.rows.isEmpty()) {
        batch.speak();
      }
    }
    return rows.stream().map(SpokenRow::completion).toList();
  }

  /** The rows that go on. */
  private final class Batch implements SpokenRows {
    private final NDManager owner;
    private final LevelCache cache;
    private final TokenDraws draws;
    private @Nullable LevelCache frozen;
    private List<SpokenRow> rows;

    Batch(NDManager owner, List<SpokenRow> rows) {
      this.owner = owner;
      this.rows = rows;
      this.cache = read(adapter);
      this.draws = new TokenDraws(engine, program, config, tokenizer, options, owner, rows);
    }

    private LevelCache read(Adapter under) {
      List<int[]> texts = rows.stream().map(SpokenRow::text).toList();
      return engine.compute(
          scope -> new LevelCache(engine, program, weights, under, scope, owner, texts));
    }

    /** One more token for every row. */
    void speak() {
      int[] levels = levelsThatAct();
      int[] drawn;
      try (NDManager step = owner.newSubManager()) {
        ControlProgram.Choices choices =
            engine.compute(scope -> cache.choices(step, levels, candidates, bias));
        double[] terms = terms(candidates(choices));
        drawn =
            engine.compute(
                scope ->
                    draws.draw(
                        scope, rows, levels, choices.logits(), null, onDevice(scope, terms)));
      }
      goOn(drawn);
    }

    private @Nullable NDArray onDevice(NDManager scope, double[] terms) {
      return terms.length == 0
          ? null
          : engine.create(scope, terms, rows.size(), config.vocabularySize());
    }

    private int[] levelsThatAct() {
      int[] levels = control.levels(this).clone();
      if (levels.length != rows.size()) {
        throw new IllegalArgumentException(
            "a control must say one level per row, but said %d for %d rows"
                .formatted(levels.length, rows.size()));
      }
      for (int level : levels) {
        if (level < 0 || level >= cache.levels()) {
          throw new IllegalArgumentException(
              "a control chose prompt level %d, but the adapter has levels 0 to %d"
                  .formatted(level, cache.levels() - 1));
        }
      }
      return levels;
    }

    /** Terms of all tokens, [rows, vocabulary], or nothing. */
    private double[] terms(List<TokenCandidates> ofRows) {
      return LogitTerms.dense(
          control.terms(this, ofRows),
          ofRows,
          rows.stream().mapToInt(SpokenRow::number).toArray(),
          config.vocabularySize());
    }

    private List<TokenCandidates> candidates(ControlProgram.Choices choices) {
      long[] ids = choices.ids().toLongArray();
      double[] logProbs = TensorEngine.values(choices.logProbs());
      List<TokenCandidates> found = new ArrayList<>();
      for (int i = 0; i < rows.size(); i++) {
        found.add(
            new TokenCandidates(
                Arrays.stream(ids, i * candidates, (i + 1) * candidates)
                    .mapToInt(Math::toIntExact)
                    .toArray(),
                Arrays.copyOfRange(logProbs, i * candidates, (i + 1) * candidates)));
      }
      return found;
    }

    /** Rows that have ended leave; the others read their token. */
    private void goOn(int[] drawn) {
      List<SpokenRow> before = rows;
      int[] kept =
          IntStream.range(0, before.size()).filter(i -> before.get(i).row().running()).toArray();
      rows = Arrays.stream(kept).mapToObj(before::get).toList();
      if (rows.isEmpty()) {
        return;
      }
      if (kept.length < before.size()) {
        engine.compute(scope -> keep(scope, kept));
      }
      int[] read = Arrays.stream(kept).map(i -> drawn[i]).toArray();
      for (LevelCache each : caches()) {
        engine.compute(scope -> each.advance(scope, read));
      }
    }

    private List<LevelCache> caches() {
      return frozen == null ? List.of(cache) : List.of(cache, frozen);
    }

    private Batch keep(NDManager scope, int[] kept) {
      caches().forEach(each -> each.keep(scope, kept));
      draws.keep(scope, Arrays.stream(kept).asLongStream().toArray());
      return this;
    }

    /** The base without adapter: what is kept at level 0, unless LoRA changes the states. */
    private LevelCache frozen() {
      boolean unchanged =
          switch (adapter) {
            case Adapter.None none -> true;
            case LoraAdapter lora -> false;
            case ControlAdapter controlAdapter -> controlAdapter.lora() == null;
          };
      if (unchanged) {
        return cache;
      }
      LevelCache read = frozen;
      if (read == null) {
        read = read(Adapter.none());
        frozen = read;
      }
      return read;
    }

    private int[] tokens() {
      return rows.stream().mapToInt(spoken -> spoken.row().tokens()).toArray();
    }

    @Override
    public int size() {
      return rows.size();
    }

    @Override
    public int prompt(int i) {
      return rows.get(i).number();
    }

    @Override
    public int[] promptIds(int i) {
      return rows.get(i).row().prompt().clone();
    }

    @Override
    public int[] completionIds(int i) {
      return rows.get(i).row().ids();
    }

    @Override
    public int[] levels(int i) {
      return rows.get(i).levels();
    }

    @Override
    public double[][] pooledStates() {
      LevelCache read = frozen();
      return engine.compute(scope -> read.pooled(scope, tokens()));
    }

    @Override
    public double[][][] pooledStatesAfter(List<int[]> ids) {
      if (ids.size() != rows.size() || ids.stream().anyMatch(ofRow -> ofRow.length == 0)) {
        throw new IllegalArgumentException(
            "tokens that might follow are expected for each of %d rows, but were for %d of %d"
                .formatted(
                    rows.size(), ids.stream().filter(row -> row.length > 0).count(), ids.size()));
      }
      Trunks.requireIds(ids, config);
      LevelCache read = frozen();
      return engine.compute(scope -> read.pooledAfter(scope, tokens(), ids));
    }
  }
}
