/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import dev.plumbline.alignment.rldaf.FeedbackWeights;
import dev.plumbline.alignment.rldaf.PairFeedback;
import dev.plumbline.alignment.rldaf.Rldaf;
import dev.plumbline.alignment.rldaf.RldafValue;
import dev.plumbline.alignment.rldaf.RolloutTokens;
import dev.plumbline.lm.Statistic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * RLDAF from preference pairs, without a controller: {@link PairFeedback} at the ends of both
 * completions, and {@link Rldaf} on what becomes of it.
 *
 * <pre>
 *   L = -token mean of min(pi / mu, c) A_t log pi(y_t | y_&lt;t)
 * </pre>
 *
 * <p>Symbols: as in {@link RldafObjective}. mu is who wrote the completion where that is known
 * ({@link CompletionStatistics#samplerLogProbs}), else the reference. A pair's weight is a
 * multiplicity, in the baseline and in the moving averages too. It needs the whole batch: two
 * passes.
 *
 * <p>Source: our reading of arXiv 2402.04160.
 *
 * <p>Limits: pairs that are all alike and at belief one half give no gradient. The logged rewards
 * are log pi - log pi_ref.
 *
 * @param rldaf the update
 * @param weights what attribute and fluency weigh now
 */
public record RldafPairObjective(Rldaf rldaf, FeedbackWeights weights)
    implements PairObjective, AdaptiveObjective {

  /** Before the first step. */
  public RldafPairObjective(Rldaf rldaf) {
    this(rldaf, rldaf.adjustment().initial());
  }

  @Override
  public String name() {
    return "rldaf_pair";
  }

  @Override
  public Set<Statistic> statistics() {
    return Set.of(Statistic.LOG_PROB, Statistic.REFERENCE_LOG_PROB, Statistic.REVERSE_KL);
  }

  @Override
  public BatchUse batchUse() {
    return BatchUse.WHOLE;
  }

  @Override
  public List<PairValue> evaluate(List<PairStatistics> batch) {
    RldafValue value = update(batch);
    double pairs = batch.stream().mapToDouble(PairStatistics::weight).sum();
    double scale = pairs == 0 ? batch.size() : pairs;
    List<PairValue> values = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      PairStatistics pair = batch.get(i);
      double[] byA = scaled(value.byLogProb().get(2 * i), pair.a(), scale);
      double[] byB = scaled(value.byLogProb().get(2 * i + 1), pair.b(), scale);
      values.add(
          new PairValue(
              dot(byA, pair.a()) + dot(byB, pair.b()),
              TokenDerivatives.of(Statistic.LOG_PROB, byA),
              TokenDerivatives.of(Statistic.LOG_PROB, byB),
              ImplicitReward.of(pair.a().logRatio()),
              ImplicitReward.of(pair.b().logRatio())));
    }
    return values;
  }

  @Override
  public RldafPairObjective after(List<PairStatistics> batch) {
    return new RldafPairObjective(rldaf, update(batch).next());
  }

  @Override
  public String state() {
    return weights.toText();
  }

  @Override
  public RldafPairObjective at(String state) {
    return new RldafPairObjective(rldaf, FeedbackWeights.parse(state));
  }

  @Override
  public Map<String, Double> metrics() {
    return RldafTokens.metrics(weights);
  }

  private RldafValue update(List<PairStatistics> batch) {
    List<RolloutTokens> tokens = new ArrayList<>();
    for (PairStatistics pair : batch) {
      PairFeedback.RolloutPair rollouts =
          new PairFeedback(pair.belief())
              .rollouts(
                  RldafTokens.model(pair.a()),
                  behaviour(pair.a()),
                  RldafTokens.model(pair.b()),
                  behaviour(pair.b()));
      tokens.add(rollouts.a().weighing(pair.weight()));
      tokens.add(rollouts.b().weighing(pair.weight()));
    }
    return rldaf.evaluate(tokens, weights);
  }

  private static double[] behaviour(CompletionStatistics completion) {
    return completion.hasSampler()
        ? completion.samplerLogProbs()
        : completion.values(Statistic.REFERENCE_LOG_PROB);
  }

  /** Marked tokens count by their weight. */
  private static double[] scaled(
      double[] byLogProb, CompletionStatistics completion, double scale) {
    double[] scaled = new double[byLogProb.length];
    for (int t = 0; t < scaled.length; t++) {
      scaled[t] = scale * completion.tokenWeight(t) * byLogProb[t];
    }
    return scaled;
  }

  private static double dot(double[] byLogProb, CompletionStatistics completion) {
    double sum = 0;
    for (int t = 0; t < byLogProb.length; t++) {
      sum += byLogProb[t] * completion.value(Statistic.LOG_PROB, t);
    }
    return sum;
  }
}
