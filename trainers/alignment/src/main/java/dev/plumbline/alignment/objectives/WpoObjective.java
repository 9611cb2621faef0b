/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import dev.plumbline.lm.LabelScope;
import dev.plumbline.lm.Statistic;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Weighted preference optimisation: pairs that the policy itself would hardly write count less,
 * under any pair objective.
 *
 * <pre>
 *   W(y) = exp(1/T_y sum_t (log pi(y_t) - log sum_v pi(v)^2))
 *   L_i  = min(1, W(a) W(b)) L_i(within),   W without gradient
 * </pre>
 *
 * <p>Symbols: T_y is the length in tokens; sum_v pi(v)^2, over the vocabulary, is the policy's
 * expected probability of its own next token.
 *
 * <p>Source: Zhou et al., arXiv 2406.11827; TRL's {@code use_weighting}, which bounds the weight by
 * 1.
 *
 * <p>Limits: completions on which the policy is as sure as it usually is have W = 1. The weight
 * multiplies loss and derivative of a pair and stops at 1; the rewards are those of the objective
 * within.
 *
 * <p>Worked number: one token each, probabilities 0.2 and 0.1, sum_v pi^2 = 0.4 for both: weight
 * 0.5 * 0.25 = 0.125.
 *
 * @param within what is weighted
 */
public record WpoObjective(PairObjective within) implements PairObjective {

  @Override
  public String name() {
    return "wpo_" + within.name();
  }

  @Override
  public boolean takes(CompletionOrigin a, CompletionOrigin b) {
    return within.takes(a, b);
  }

  @Override
  public Set<Statistic> statistics() {
    Set<Statistic> statistics = EnumSet.of(Statistic.LOG_PROB, Statistic.LOG_SUM_SQUARED_PROB);
    statistics.addAll(within.statistics());
    return statistics;
  }

  @Override
  public LabelScope labels() {
    return within.labels();
  }

  @Override
  public BatchUse batchUse() {
    return within.batchUse();
  }

  @Override
  public List<PairValue> evaluate(List<PairStatistics> batch) {
    List<PairValue> values = within.evaluate(batch);
    List<PairValue> weighted = new ArrayList<>(values.size());
    for (int i = 0; i < values.size(); i++) {
      PairStatistics pair = batch.get(i);
      double weight = Math.exp(Math.min(0, logWeight(pair.a()) + logWeight(pair.b())));
      weighted.add(values.get(i).times(weight));
    }
    return weighted;
  }

  private static double logWeight(CompletionStatistics completion) {
    return (completion.logProb() - completion.sum(Statistic.LOG_SUM_SQUARED_PROB))
        / completion.length();
  }
}
