/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import dev.plumbline.lm.LabelScope;
import dev.plumbline.lm.Statistic;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Pairs of the policy's own completions, weighed by how probable the policy still finds them: a
 * truncated importance weight on the pair, under any pair objective.
 *
 * <pre>
 *   W   = min(c, exp( sum_t (log pi(y_t) - log mu(y_t)) / T ))      t over both completions' T tokens
 *   L_i = W L_i(within),   W without gradient
 * </pre>
 *
 * <p>Symbols: mu is what the tokens were drawn from. The loss within stays valid for completions by
 * anybody; what goes stale is that they show what the policy does today.
 *
 * <p>Source: our choice, after truncated importance sampling.
 *
 * <p>Limits: samples of the present policy have W = 1, and so has a pair of which it isn't known
 * what both completions were drawn from.
 *
 * <p>Worked number: one token each, log-ratios -1 and -0.5: W = exp(-0.75) = 0.472367.
 *
 * @param within what is weighed
 * @param cap c; positive, typical 2
 */
public record ImportanceObjective(PairObjective within, double cap) implements PairObjective {
  private static final double MAX_LOG_WEIGHT = 20;

  public ImportanceObjective {
    Requirements.positive("pair_importance_cap", cap, "2");
  }

  @Override
  public String name() {
    return "iw_" + within.name();
  }

  @Override
  public boolean takes(CompletionOrigin a, CompletionOrigin b) {
    return within.takes(a, b);
  }

  @Override
  public Set<Statistic> statistics() {
    Set<Statistic> statistics = EnumSet.of(Statistic.LOG_PROB);
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
      weighted.add(values.get(i).times(weight(batch.get(i))));
    }
    return weighted;
  }

  private double weight(PairStatistics pair) {
    if (!pair.a().hasSampler() || !pair.b().hasSampler()) {
      return 1;
    }
    double logWeight =
        (pair.a().logBySampler() + pair.b().logBySampler())
            / (pair.a().tokens() + pair.b().tokens());
    return Math.min(cap, Math.exp(Math.clamp(logWeight, -MAX_LOG_WEIGHT, MAX_LOG_WEIGHT)));
  }
}
