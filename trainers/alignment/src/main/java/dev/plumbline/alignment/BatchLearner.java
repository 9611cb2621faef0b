/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import dev.plumbline.alignment.objectives.CompletionStatistics;
import dev.plumbline.alignment.objectives.TokenDerivatives;
import dev.plumbline.lm.AdamW;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.DropoutKey;
import dev.plumbline.lm.ForwardPass;
import dev.plumbline.lm.ForwardRequest;
import dev.plumbline.lm.Gradients;
import dev.plumbline.lm.LabelScope;
import dev.plumbline.lm.LoraAdapter;
import dev.plumbline.lm.Statistic;
import dev.plumbline.lm.TokenRow;
import dev.plumbline.lm.TokenStatistics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The recipe: how a batch of examples becomes one optimizer step, whatever their shape.
 *
 * <p>The model is asked for what the objective needs and nothing else. A separable objective
 * streams micro-batches; one that needs the whole batch takes two passes: statistics of all
 * micro-batches, then, with the derivatives at hand, forward and pull-back of each. The second pass
 * repeats the first to the bit, dropped inputs included.
 *
 * <p>The reference is the same model with its adapter off, in the same batch shape as the policy,
 * so that equal weights give equal log-probabilities to the bit. Only a step's policy drops inputs:
 * the reference and {@link #score} never do. Owns nothing; used by the thread that uses the model.
 */
final class BatchLearner<E, S> {
  private final CausalLanguageModel model;
  private final LoraAdapter adapter;
  private final AdamW optimizer;
  private final ExampleKind<E, S> kind;
  private final int batchSize;
  private final int microBatchSize;
  private final long seed;
  private final ForwardRequest request;

  /**
   * @param batchSize N in the loss: examples per optimizer step
   * @param microBatchSize examples in memory at once
   * @param seed of the dropout's noise, where the adapter has dropout
   */
  BatchLearner(
      CausalLanguageModel model,
      LoraAdapter adapter,
      AdamW optimizer,
      ExampleKind<E, S> kind,
      int batchSize,
      int microBatchSize,
      long seed) {
    if (microBatchSize < 1 || batchSize < microBatchSize) {
      throw new IllegalArgumentException(
          "a batch must hold at least one micro-batch of at least 1, but they were %d and %d %s"
              .formatted(batchSize, microBatchSize, kind.plural()));
    }
    this.model = model;
    this.adapter = adapter;
    this.optimizer = optimizer;
    this.kind = kind;
    this.batchSize = batchSize;
    this.microBatchSize = microBatchSize;
    this.seed = seed;
    Statistic[] statistics = kind.objective().statistics().toArray(Statistic[]::new);
    this.request = ForwardRequest.of(statistics[0], statistics).over(kind.objective().labels());
  }

  /**
   * Learns from one batch: one optimizer step, or a refused one that leaves the weights as they
   * were.
   *
   * @param batch 1 to {@code batchSize} examples; a short batch is still divided by {@code
   *     batchSize}
   */
  LearningStep<S> step(List<E> batch) {
    if (batch.isEmpty() || batch.size() > batchSize) {
      throw new IllegalArgumentException(
          "a batch holds 1 to %d %s, but had %d".formatted(batchSize, kind.plural(), batch.size()));
    }
    List<S> scored =
        switch (kind.objective().batchUse()) {
          case SEPARABLE -> new ArrayList<>();
          case WHOLE -> firstPass(batch);
        };
    try (Gradients gradients = accumulate(batch, 0, scored)) {
      for (int from = microBatchSize; from < batch.size(); from += microBatchSize) {
        try (Gradients more = accumulate(batch, from, scored)) {
          gradients.add(more);
        }
      }
      long tokens = 0;
      for (E example : batch) {
        for (EncodedCompletion completion : kind.completions(example)) {
          tokens += completion.row().length();
        }
      }
      return new LearningStep<>(scored, tokens, optimizer.step(gradients));
    }
  }

  /** Scores examples without learning from them, as one batch, in order. */
  List<S> score(List<E> examples) {
    if (examples.isEmpty()) {
      return List.of();
    }
    List<List<CompletionStatistics>> said = new ArrayList<>();
    for (int from = 0; from < examples.size(); from += microBatchSize) {
      List<E> part = part(examples, from);
      List<EncodedCompletion> rows = inColumns(part);
      said.addAll(perExample(part, rows, model.score(rows(rows), adapter, request)));
    }
    return kind.evaluate(examples, examples, said, contrasts(examples));
  }

  private List<S> firstPass(List<E> batch) {
    List<List<CompletionStatistics>> said = new ArrayList<>();
    for (int from = 0; from < batch.size(); from += microBatchSize) {
      List<E> part = part(batch, from);
      List<EncodedCompletion> rows = inColumns(part);
      try (ForwardPass pass = model.forward(rows(rows), adapter, request.dropping(noise()))) {
        said.addAll(perExample(part, rows, pass.statistics()));
      }
    }
    return kind.evaluate(batch, batch, said, contrasts(batch));
  }

  /** Gradients of the share of the loss of the micro-batch that starts there. */
  private Gradients accumulate(List<E> batch, int from, List<S> scored) {
    List<E> part = part(batch, from);
    List<EncodedCompletion> rows = inColumns(part);
    try (ForwardPass pass = model.forward(rows(rows), adapter, request.dropping(noise()))) {
      switch (kind.objective().batchUse()) {
        case SEPARABLE ->
            scored.addAll(
                kind.evaluate(part, batch, perExample(part, rows, pass.statistics()), List.of()));
        case WHOLE -> {}
      }
      return pass.pullBack(derivatives(rows, part, scored.subList(from, from + part.size())));
    }
  }

  private List<CompletionStatistics> contrasts(List<E> batch) {
    List<EncodedCompletion> contrasts = kind.contrasts(batch);
    List<CompletionStatistics> said = new ArrayList<>();
    for (int from = 0; from < contrasts.size(); from += microBatchSize) {
      List<EncodedCompletion> part =
          contrasts.subList(from, Math.min(from + microBatchSize, contrasts.size()));
      TokenStatistics statistics = model.score(rows(part), adapter, request);
      for (int row = 0; row < part.size(); row++) {
        said.add(completion(part.get(row), statistics, row));
      }
    }
    return said;
  }

  private List<E> part(List<E> batch, int from) {
    return batch.subList(from, Math.min(from + microBatchSize, batch.size()));
  }

  /** One noise per optimizer step: how the batch is cut doesn't change what is dropped. */
  private DropoutKey noise() {
    return new DropoutKey(seed, Math.toIntExact(optimizer.steps()));
  }

  /** All first completions, then all second ones, and so on. */
  private List<EncodedCompletion> inColumns(List<E> examples) {
    List<EncodedCompletion> rows = new ArrayList<>();
    int columns =
        examples.stream().mapToInt(example -> kind.completions(example).size()).max().orElse(0);
    for (int column = 0; column < columns; column++) {
      for (E example : examples) {
        List<EncodedCompletion> completions = kind.completions(example);
        if (column < completions.size()) {
          rows.add(completions.get(column));
        }
      }
    }
    return rows;
  }

  private static List<TokenRow> rows(List<EncodedCompletion> completions) {
    return completions.stream().map(EncodedCompletion::row).toList();
  }

  /** What was said of the rows of {@link #inColumns}, by example and completion. */
  private List<List<CompletionStatistics>> perExample(
      List<E> examples, List<EncodedCompletion> rows, TokenStatistics statistics) {
    List<List<CompletionStatistics>> said = new ArrayList<>();
    examples.forEach(example -> said.add(new ArrayList<>()));
    int row = 0;
    for (int column = 0; row < rows.size(); column++) {
      for (int i = 0; i < examples.size(); i++) {
        if (column < kind.completions(examples.get(i)).size()) {
          said.get(i).add(completion(rows.get(row), statistics, row));
          row++;
        }
      }
    }
    return said;
  }

  private CompletionStatistics completion(
      EncodedCompletion encoded, TokenStatistics statistics, int row) {
    int start = encoded.row().labels() - encoded.row().completionTokens();
    Map<Statistic, double[]> values = new EnumMap<>(Statistic.class);
    for (Statistic statistic : statistics.statistics()) {
      double[] all = statistics.values(statistic, row);
      values.put(statistic, Arrays.copyOfRange(all, start, all.length));
    }
    CompletionStatistics completion =
        CompletionStatistics.of(values).weighted(encoded.tokenWeights()).from(encoded.origin());
    return switch (kind.objective().labels()) {
      case LabelScope.COMPLETION -> completion;
      case LabelScope.ALL -> completion.after(Arrays.copyOf(statistics.logProbs(row), start));
    };
  }

  /** d loss / d statistic of each label: the chain rule through w_i L_i / N. */
  private Map<Statistic, double[][]> derivatives(
      List<EncodedCompletion> rows, List<E> examples, List<S> scored) {
    List<List<TokenDerivatives>> perExample = scored.stream().map(kind::derivatives).toList();
    Set<Statistic> pulled = EnumSet.of(Statistic.LOG_PROB);
    perExample.forEach(all -> all.forEach(one -> pulled.addAll(one.statistics())));
    Map<Statistic, double[][]> derivatives = new EnumMap<>(Statistic.class);
    pulled.forEach(statistic -> derivatives.put(statistic, new double[rows.size()][]));
    int row = 0;
    for (int column = 0; row < rows.size(); column++) {
      for (int i = 0; i < examples.size(); i++) {
        if (column < perExample.get(i).size()) {
          TokenDerivatives one = perExample.get(i).get(column);
          double share = kind.weight(scored.get(i)) / batchSize;
          for (Statistic statistic : pulled) {
            derivatives.get(statistic)[row] = spread(rows.get(row), statistic, one, share);
          }
          row++;
        }
      }
    }
    return derivatives;
  }

  private static double[] spread(
      EncodedCompletion completion, Statistic statistic, TokenDerivatives one, double share) {
    double[] perLabel = new double[completion.row().labels()];
    int start = perLabel.length - completion.row().completionTokens();
    if (statistic == Statistic.LOG_PROB) {
      Arrays.fill(perLabel, 0, start, share * one.promptLogProb());
    }
    for (int t = start; t < perLabel.length; t++) {
      perLabel[t] = share * one.value(statistic, t - start);
    }
    return perLabel;
  }
}
