/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import static dev.plumbline.alignment.objectives.Logistic.sigmoid;
import static dev.plumbline.alignment.objectives.Logistic.sigmoidSlope;

import dev.plumbline.lm.Statistic;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Kahneman-Tversky optimisation: thumbs up and down, weighed as gains and losses around what the
 * policy gains on unrelated completions.
 *
 * <pre>
 *   z0             = max(0, mean_i [log pi(y'_i | x_i) - log pi_ref(y'_i | x_i)]),   no gradient
 *   L(desirable)   = w_d (1 - s(beta (u - z0)))
 *   L(undesirable) = w_u (1 - s(beta (z0 - u)))
 *   L_i            = p L(desirable) + (1 - p) L(undesirable)
 * </pre>
 *
 * <p>Symbols: u is the log-ratio log pi - log pi_ref of the completion, y'_i the completion of the
 * example before the i-th in the batch (of the last for the first), s the logistic function, p the
 * belief. The mean counts examples by their weights.
 *
 * <p>Source: Ethayarajh et al., arXiv 2402.01306; TRL's KTO trainer, and the authors' HALOs. The
 * batch is the optimizer's, not the micro-batch: it needs two passes, and rows of mismatched
 * completions.
 *
 * <p>Limits: where policy and reference agree, L is w_d/2 or w_u/2. Losses lie between 0 and the
 * weights. A batch of one example has no mismatched completion: z0 is 0. Keep w_d n_d / (w_u n_u)
 * between 1 and 4/3, n_d and n_u being how many of each there are.
 *
 * <p>Worked number: beta = 0.1, weights 1, z0 = 0.5: u = 2 desirable loses 0.462570, u = -3
 * undesirable 0.413382.
 *
 * @param beta strength of the pull to the reference; positive, typical 0.1
 * @param desirableWeight w_d; at least 0, typical 1
 * @param undesirableWeight w_u; at least 0, typical 1
 */
public record KtoObjective(double beta, double desirableWeight, double undesirableWeight)
    implements UnpairedObjective {

  public KtoObjective {
    Requirements.beta(beta);
    Requirements.atLeastZero("desirable_weight", desirableWeight, "1");
    Requirements.atLeastZero("undesirable_weight", undesirableWeight, "1");
  }

  @Override
  public String name() {
    return "kto";
  }

  @Override
  public Set<Statistic> statistics() {
    return SequenceScore.LOG_RATIO.statistics();
  }

  @Override
  public BatchUse batchUse() {
    return BatchUse.WHOLE;
  }

  @Override
  public boolean needsMismatched() {
    return true;
  }

  @Override
  public UnpairedBatchValue evaluate(List<UnpairedStatistics> batch) {
    double z0 = referencePoint(batch);
    List<UnpairedValue> values = new ArrayList<>(batch.size());
    for (UnpairedStatistics example : batch) {
      double logRatio = example.completion().logRatio();
      double gain = beta * (logRatio - z0);
      double desirable = desirableWeight * example.belief();
      double undesirable = undesirableWeight * (1 - example.belief());
      double derivative = beta * (undesirable - desirable) * sigmoidSlope(gain);
      values.add(
          new UnpairedValue(
              desirable * sigmoid(-gain) + undesirable * sigmoid(gain),
              example.completion().derivatives(Statistic.LOG_PROB, derivative),
              beta * logRatio));
    }
    return new UnpairedBatchValue(values, z0);
  }

  private static double referencePoint(List<UnpairedStatistics> batch) {
    double sum = 0;
    double weights = 0;
    for (UnpairedStatistics example : batch) {
      CompletionStatistics mismatched = example.mismatched();
      if (mismatched != null) {
        sum += example.weight() * mismatched.logRatio();
        weights += example.weight();
      }
    }
    return weights == 0 ? 0 : Math.max(0, sum / weights);
  }
}
