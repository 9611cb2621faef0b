/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import static dev.plumbline.alignment.objectives.Logistic.sigmoid;
import static dev.plumbline.alignment.objectives.Logistic.sigmoidSlope;

import dev.plumbline.lm.Statistic;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Anchored preference optimisation, zero, for thumbs: raises the desirable and lowers the
 * undesirable from where the reference has them.
 *
 * <pre>
 *   L(desirable)   = w_d (1 - s(beta u))
 *   L(undesirable) = w_u s(beta u)
 *   L_i            = p L(desirable) + (1 - p) L(undesirable)
 * </pre>
 *
 * <p>Symbols: u is the log-ratio log pi - log pi_ref of the completion, s the logistic function, p
 * the belief.
 *
 * <p>Source: D'Oosterlinck et al., arXiv 2408.06266; TRL's {@code apo_zero_unpaired}: {@link
 * KtoObjective} with the reference point at 0.
 *
 * <p>Limits: where policy and reference agree, w_d/2 or w_u/2; p = 1/2 with equal weights is
 * constant and pulls nowhere.
 *
 * <p>Worked number: beta = 0.1, weights 1: u = 2 desirable loses 0.450166, u = -3 undesirable
 * 0.425557.
 *
 * @param beta strength of the pull to the reference; positive, typical 0.1
 * @param desirableWeight w_d; at least 0, typical 1
 * @param undesirableWeight w_u; at least 0, typical 1
 */
public record ApoZeroUnpairedObjective(
    double beta, double desirableWeight, double undesirableWeight) implements UnpairedObjective {

  public ApoZeroUnpairedObjective {
    Requirements.beta(beta);
    Requirements.atLeastZero("desirable_weight", desirableWeight, "1");
    Requirements.atLeastZero("undesirable_weight", undesirableWeight, "1");
  }

  @Override
  public String name() {
    return "apo_zero_unpaired";
  }

  @Override
  public Set<Statistic> statistics() {
    return SequenceScore.LOG_RATIO.statistics();
  }

  @Override
  public BatchUse batchUse() {
    return BatchUse.SEPARABLE;
  }

  @Override
  public boolean needsMismatched() {
    return false;
  }

  @Override
  public UnpairedBatchValue evaluate(List<UnpairedStatistics> batch) {
    List<UnpairedValue> values = new ArrayList<>(batch.size());
    for (UnpairedStatistics example : batch) {
      double reward = beta * example.completion().logRatio();
      double desirable = desirableWeight * example.belief();
      double undesirable = undesirableWeight * (1 - example.belief());
      double derivative = beta * (undesirable - desirable) * sigmoidSlope(reward);
      values.add(
          new UnpairedValue(
              desirable * sigmoid(-reward) + undesirable * sigmoid(reward),
              example.completion().derivatives(Statistic.LOG_PROB, derivative),
              reward));
    }
    return new UnpairedBatchValue(values, 0);
  }
}
