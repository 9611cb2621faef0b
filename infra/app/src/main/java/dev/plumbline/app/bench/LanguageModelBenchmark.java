/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.bench;

import dev.plumbline.lm.AdamW;
import dev.plumbline.lm.AdamWConfig;
import dev.plumbline.lm.Adapter;
import dev.plumbline.lm.BatchLayout;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.EngineOptions;
import dev.plumbline.lm.ForwardPass;
import dev.plumbline.lm.ForwardRequest;
import dev.plumbline.lm.Gradients;
import dev.plumbline.lm.LabelScope;
import dev.plumbline.lm.LoraAdapter;
import dev.plumbline.lm.LoraConfig;
import dev.plumbline.lm.MatrixThroughput;
import dev.plumbline.lm.Parameters;
import dev.plumbline.lm.Precision;
import dev.plumbline.lm.TokenRow;
import dev.plumbline.lm.TokenStatistics;
import dev.plumbline.lm.family.LlamaConfig;
import dev.plumbline.lm.text.ByteBpeTrainer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Measures a language model at work on batches of preference pairs, padded and packed with shared
 * prompts. The two layouts take turns on the same batches, so that what else the machine does falls
 * on both.
 */
final class LanguageModelBenchmark {
  private static final List<BatchLayout> LAYOUTS =
      List.of(BatchLayout.PADDED, BatchLayout.PREFIX_SHARED);
  private static final Duration MATRIX_TIME = Duration.ofSeconds(1);
  private static final int LORA_RANK = 16;
  private static final byte[] TOKENIZER = ByteBpeTrainer.train(List.of("a benchmark"), 260);

  /** Models of three sizes, with the pairs of a batch. */
  enum Size {
    SMALL("0.3M", 512, 64, 172, 6, 4, 16),
    MEDIUM("5M", 4096, 256, 688, 5, 4, 8),
    LARGE("40M", 16384, 512, 1536, 9, 8, 4);

    private final String label;
    private final int vocabulary;
    private final int width;
    private final int inner;
    private final int layers;
    private final int heads;
    private final int pairs;

    Size(String label, int vocabulary, int width, int inner, int layers, int heads, int pairs) {
      this.label = label;
      this.vocabulary = vocabulary;
      this.width = width;
      this.inner = inner;
      this.layers = layers;
      this.heads = heads;
      this.pairs = pairs;
    }

    LlamaConfig config() {
      return new LlamaConfig(
          vocabulary,
          width,
          inner,
          layers,
          heads,
          heads,
          width / heads,
          1e-5,
          10_000,
          1024,
          true,
          1,
          2);
    }
  }

  private final EngineOptions engine;
  private final Duration perCell;

  /**
   * @param engine where to compute and with how many threads; the precision is told with each run
   * @param perCell time to measure each cell for, at least two rounds whatever it says
   */
  LanguageModelBenchmark(EngineOptions engine, Duration perCell) {
    this.engine = engine;
    this.perCell = perCell;
  }

  void run(List<Size> sizes, List<Precision> precisions, Consumer<Measured> report) {
    for (Precision precision : precisions) {
      EngineOptions options = new EngineOptions(engine.threads(), engine.device(), precision);
      double matrix = MatrixThroughput.measure(options, MATRIX_TIME);
      for (Size size : sizes) {
        try (CausalLanguageModel model =
            CausalLanguageModel.initialize(size.label, size.config(), TOKENIZER, 1, options)) {
          for (Workload work : Workload.values()) {
            measure(size, precision, model, work, matrix).forEach(report);
          }
        }
      }
    }
  }

  private List<Measured> measure(
      Size size, Precision precision, CausalLanguageModel model, Workload work, double matrix) {
    List<List<TokenRow>> batches = PairLengths.batches(size.pairs, size.vocabulary);
    Map<BatchLayout, Double> seconds = new EnumMap<>(BatchLayout.class);
    try (Steps steps = new Steps(model, work)) {
      for (BatchLayout layout : LAYOUTS) {
        steps.run(batches.getFirst(), layout);
      }
      long end = System.nanoTime() + LAYOUTS.size() * perCell.toNanos();
      int round = 0;
      while (round < 2 || System.nanoTime() < end) {
        List<TokenRow> batch = batches.get(round % batches.size());
        for (BatchLayout layout : LAYOUTS) {
          long start = System.nanoTime();
          steps.run(batch, layout);
          seconds.merge(layout, (System.nanoTime() - start) / 1e9, Double::sum);
        }
        round++;
      }
      double tokens = 0;
      double operations = 0;
      for (int i = 0; i < round; i++) {
        for (TokenRow row : batches.get(i % batches.size())) {
          tokens += row.length();
          operations += work.forwardPasses() * operations(size.config(), model, row);
        }
      }
      List<Measured> measured = new ArrayList<>();
      for (BatchLayout layout : LAYOUTS) {
        measured.add(
            new Measured(
                size.label,
                model.weights().count(),
                precision,
                work,
                layout == BatchLayout.PADDED ? "padded" : "shared",
                tokens / seconds.get(layout),
                operations / seconds.get(layout) / matrix));
      }
      return measured;
    }
  }

  /** Of a forward pass over one row: twice the weights per token, the head per completion label. */
  private static double operations(LlamaConfig config, CausalLanguageModel model, TokenRow row) {
    double head = (double) config.vocabularySize() * config.hiddenSize();
    double blocks = model.weights().count() - head;
    return 2 * (blocks * row.labels() + head * row.completionTokens());
  }

  /** One kind of work on one model, with the state that it needs. */
  private static final class Steps implements AutoCloseable {
    private final CausalLanguageModel model;
    private final Workload work;
    private final LoraAdapter adapter;
    private final Parameters weights;
    private final AdamW ofAdapter;
    private final AdamW ofWeights;

    Steps(CausalLanguageModel model, Workload work) {
      this.model = model;
      this.work = work;
      this.adapter = LoraAdapter.initialize(model, LoraConfig.of(LORA_RANK, 2 * LORA_RANK), 1);
      this.weights = model.weights();
      this.ofAdapter = AdamW.create(AdamWConfig.of(1e-5), adapter.parameters());
      this.ofWeights = AdamW.create(AdamWConfig.of(1e-6), weights);
    }

    void run(List<TokenRow> batch, BatchLayout layout) {
      ForwardRequest request =
          ForwardRequest.logProbs().over(LabelScope.COMPLETION).laidOut(layout);
      switch (work) {
        case SCORE -> model.score(batch, Adapter.none(), request);
        case LORA_STEP -> {
          model.score(batch, Adapter.none(), request);
          try (ForwardPass pass = model.forward(batch, adapter, request)) {
            step(pass, ofAdapter);
          }
        }
        case FULL_STEP -> {
          try (ForwardPass pass = model.forwardFull(batch, weights, request)) {
            step(pass, ofWeights);
          }
        }
      }
    }

    private static void step(ForwardPass pass, AdamW optimizer) {
      TokenStatistics statistics = pass.statistics();
      int rows = statistics.rows().size();
      double[][] derivatives = new double[rows][];
      for (int row = 0; row < rows; row++) {
        boolean[] completion = statistics.completionMask(row);
        derivatives[row] = new double[completion.length];
        for (int t = 0; t < completion.length; t++) {
          derivatives[row][t] = completion[t] ? (row < rows / 2 ? -0.05 : 0.05) / rows : 0;
        }
      }
      try (Gradients gradients = pass.pullBack(derivatives)) {
        optimizer.step(gradients);
      }
    }

    @Override
    public void close() {
      ofWeights.close();
      ofAdapter.close();
      adapter.close();
    }
  }
}
