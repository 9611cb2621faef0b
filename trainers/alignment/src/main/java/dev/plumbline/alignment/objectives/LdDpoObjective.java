/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import dev.plumbline.lm.LabelScope;
import dev.plumbline.lm.Statistic;
import java.util.List;
import java.util.Set;

/**
 * Length-desensitised learning: of the longer completion, the tokens beyond the length of the
 * shorter one count only alpha, in policy and reference, under any pair objective.
 *
 * <pre>
 *   log pi'(y) = sum_{t &lt;= T} log pi(y_t) + alpha sum_{t &gt; T} log pi(y_t),   T = min(T_a, T_b)
 * </pre>
 *
 * <p>Source: Liu et al., arXiv 2409.06411; TRL's {@code ld_alpha}. As there, rewards are of the
 * sums so changed.
 *
 * <p>Limits: alpha = 1, or equal lengths, is the objective within; alpha = 0 compares prefixes of
 * equal length.
 *
 * <p>Worked number: alpha = 0.5, log-probabilities -1, -2 against -1, -1, -4: sums -3 and -2 - 2 =
 * -4.
 *
 * @param within what is asked of the sums so changed
 * @param alpha what the surplus tokens count; in [0, 1]
 */
public record LdDpoObjective(PairObjective within, double alpha) implements PairObjective {

  public LdDpoObjective {
    Requirements.share("ld_alpha", alpha);
  }

  @Override
  public String name() {
    return "ld_" + within.name();
  }

  @Override
  public boolean takes(CompletionOrigin a, CompletionOrigin b) {
    return within.takes(a, b);
  }

  @Override
  public Set<Statistic> statistics() {
    return within.statistics();
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
    return within.evaluate(batch.stream().map(this::desensitised).toList());
  }

  /** The pair as the objective within sees it. */
  PairStatistics desensitised(PairStatistics pair) {
    int shared = Math.min(pair.a().tokens(), pair.b().tokens());
    return pair.about(surplusWeighted(pair.a(), shared), surplusWeighted(pair.b(), shared));
  }

  private CompletionStatistics surplusWeighted(CompletionStatistics completion, int shared) {
    double[] weights = new double[completion.tokens()];
    for (int t = 0; t < weights.length; t++) {
      weights[t] = t < shared ? 1 : alpha;
    }
    return completion.weighted(weights);
  }
}
