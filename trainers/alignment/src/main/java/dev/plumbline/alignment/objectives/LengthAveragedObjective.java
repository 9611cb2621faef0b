/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import dev.plumbline.lm.LabelScope;
import dev.plumbline.lm.Statistic;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Any pair objective on token means instead of token sums: log-probabilities and divergences alike.
 *
 * <p>Source: {@code average_log_prob} in the code of DPO's and of TDPO's authors, where it is off
 * by default. The rewards are of the means; {@link IpoObjective} and {@link SigmoidNormObjective}
 * have the same losses and log rewards of sums, as TRL does.
 *
 * <p>Limits: on completions of one token it is the objective within.
 *
 * <p>Worked number: log-probabilities -1, -2, -3 with references -2, -2, -2: the log-ratio is 0 as
 * a sum and as a mean; with -1, -2, -6 it is -3 as a sum and -1 as a mean.
 *
 * @param within what is asked of the means
 */
public record LengthAveragedObjective(PairObjective within) implements PairObjective {

  @Override
  public String name() {
    return "mean_" + within.name();
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
    return within.evaluate(
        batch.stream().map(pair -> pair.about(averaged(pair.a()), averaged(pair.b()))).toList());
  }

  private static CompletionStatistics averaged(CompletionStatistics completion) {
    double[] weights = new double[completion.tokens()];
    Arrays.fill(weights, 1 / completion.length());
    return completion.weighted(weights);
  }
}
