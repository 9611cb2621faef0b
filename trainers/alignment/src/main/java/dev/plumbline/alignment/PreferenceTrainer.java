/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import dev.plumbline.lm.AdamW;
import dev.plumbline.lm.Adapter;
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
import java.util.List;
import java.util.Map;

/**
 * The recipe: how a batch of preference pairs becomes one optimizer step.
 *
 * <p>The reference is the same model with its adapter off, scored in the same batch shape as the
 * policy, so that equal weights give equal log-probabilities to the bit. Only a step's policy drops
 * inputs: the reference and {@link #score} never do. Owns nothing; used by the thread that uses the
 * model.
 */
public final class PreferenceTrainer {
  private static final ForwardRequest COMPLETIONS =
      ForwardRequest.logProbs().over(LabelScope.COMPLETION);

  private final CausalLanguageModel model;
  private final LoraAdapter adapter;
  private final AdamW optimizer;
  private final PairObjective objective;
  private final int batchSize;
  private final int microBatchSize;
  private final long seed;

  /**
   * @param batchSize N in the loss: pairs per optimizer step
   * @param microBatchSize pairs in memory at once
   * @param seed of the dropout's noise, where the adapter has dropout
   */
  public PreferenceTrainer(
      CausalLanguageModel model,
      LoraAdapter adapter,
      AdamW optimizer,
      PairObjective objective,
      int batchSize,
      int microBatchSize,
      long seed) {
    if (microBatchSize < 1 || batchSize < microBatchSize) {
      throw new IllegalArgumentException(
          "a batch must hold at least one micro-batch of at least 1 pair, but they were %d and %d"
              .formatted(batchSize, microBatchSize));
    }
    this.model = model;
    this.adapter = adapter;
    this.optimizer = optimizer;
    this.objective = objective;
    this.batchSize = batchSize;
    this.microBatchSize = microBatchSize;
    this.seed = seed;
  }

  /**
   * Learns from one batch: one optimizer step, or a refused one that leaves the weights as they
   * were.
   *
   * @param batch 1 to {@code batchSize} pairs; a short batch is still divided by {@code batchSize}
   */
  public PreferenceStep step(List<EncodedPair> batch) {
    if (batch.isEmpty() || batch.size() > batchSize) {
      throw new IllegalArgumentException(
          "a batch holds 1 to %d pairs, but had %d".formatted(batchSize, batch.size()));
    }
    List<ScoredPair> scored = new ArrayList<>();
    long tokens = 0;
    try (Gradients gradients = accumulate(batch.subList(0, firstEnd(batch)), scored)) {
      for (int from = firstEnd(batch); from < batch.size(); from += microBatchSize) {
        int to = Math.min(from + microBatchSize, batch.size());
        try (Gradients more = accumulate(batch.subList(from, to), scored)) {
          gradients.add(more);
        }
      }
      for (EncodedPair pair : batch) {
        tokens += pair.a().length() + pair.b().length();
      }
      return new PreferenceStep(scored, tokens, optimizer.step(gradients));
    }
  }

  /** Scores pairs without learning from them, in micro-batches, in order. */
  public List<ScoredPair> score(List<EncodedPair> pairs) {
    List<ScoredPair> scored = new ArrayList<>();
    for (int from = 0; from < pairs.size(); from += microBatchSize) {
      List<EncodedPair> batch = pairs.subList(from, Math.min(from + microBatchSize, pairs.size()));
      List<TokenRow> rows = rows(batch);
      TokenStatistics reference = model.score(rows, Adapter.none(), COMPLETIONS);
      scored.addAll(evaluate(batch, model.score(rows, adapter, COMPLETIONS), reference));
    }
    return scored;
  }

  private int firstEnd(List<EncodedPair> batch) {
    return Math.min(microBatchSize, batch.size());
  }

  /** Gradients of a micro-batch's share of the loss; what was scored is added to the list. */
  private Gradients accumulate(List<EncodedPair> batch, List<ScoredPair> scored) {
    List<TokenRow> rows = rows(batch);
    TokenStatistics reference = model.score(rows, Adapter.none(), COMPLETIONS);
    try (ForwardPass pass = model.forward(rows, adapter, COMPLETIONS.dropping(noise()))) {
      List<ScoredPair> pairs = evaluate(batch, pass.statistics(), reference);
      scored.addAll(pairs);
      return pass.pullBack(logProbDerivatives(pairs, pass.statistics()));
    }
  }

  /** One noise per optimizer step: how the batch is cut doesn't change what is dropped. */
  private DropoutKey noise() {
    return new DropoutKey(seed, Math.toIntExact(optimizer.steps()));
  }

  /** All rows of a, then all rows of b. */
  private static List<TokenRow> rows(List<EncodedPair> batch) {
    List<TokenRow> rows = new ArrayList<>(2 * batch.size());
    batch.forEach(pair -> rows.add(pair.a()));
    batch.forEach(pair -> rows.add(pair.b()));
    return rows;
  }

  private List<ScoredPair> evaluate(
      List<EncodedPair> batch, TokenStatistics policy, TokenStatistics reference) {
    List<ScoredPair> scored = new ArrayList<>(batch.size());
    for (int i = 0; i < batch.size(); i++) {
      int rowB = batch.size() + i;
      PairStatistics statistics =
          PairStatistics.of(
              completion(i, policy, reference),
              completion(rowB, policy, reference),
              batch.get(i).belief(),
              batch.get(i).weight());
      scored.add(new ScoredPair(statistics, objective.evaluate(List.of(statistics)).getFirst()));
    }
    return scored;
  }

  private static CompletionStatistics completion(
      int row, TokenStatistics policy, TokenStatistics reference) {
    return CompletionStatistics.of(
        Map.of(
            Statistic.LOG_PROB, completionLogProbs(row, policy),
            Statistic.REFERENCE_LOG_PROB, completionLogProbs(row, reference)));
  }

  private static double[] completionLogProbs(int row, TokenStatistics statistics) {
    double[] logProbs = statistics.logProbs(row);
    return Arrays.copyOfRange(
        logProbs, logProbs.length - statistics.completionTokens(row), logProbs.length);
  }

  /** d loss / d log-probability of each label: the chain rule through w_i L_i / N and the sums. */
  private double[][] logProbDerivatives(List<ScoredPair> pairs, TokenStatistics statistics) {
    double[][] derivatives = new double[2 * pairs.size()][];
    for (int i = 0; i < pairs.size(); i++) {
      ScoredPair pair = pairs.get(i);
      double share = pair.statistics().weight() / batchSize;
      derivatives[i] = spread(statistics, i, share, pair.value().a());
      derivatives[pairs.size() + i] = spread(statistics, pairs.size() + i, share, pair.value().b());
    }
    return derivatives;
  }

  private static double[] spread(
      TokenStatistics statistics, int row, double share, TokenDerivatives completion) {
    double[] derivatives = new double[statistics.rows().get(row).labels()];
    int start = derivatives.length - statistics.completionTokens(row);
    for (int t = start; t < derivatives.length; t++) {
      derivatives[t] = share * completion.value(Statistic.LOG_PROB, t - start);
    }
    return derivatives;
  }
}
