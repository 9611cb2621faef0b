/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import static dev.plumbline.alignment.objectives.Logistic.logSigmoid;
import static dev.plumbline.alignment.objectives.Logistic.sigmoid;

import dev.plumbline.lm.Statistic;
import java.util.Set;

/**
 * DPO with a reference that finds all completions equally likely.
 *
 * <pre>
 *   h      = beta (log pi(w) - log pi(l))
 *   L(w,l) = -(1 - e) log s(h) - e log s(-h)
 * </pre>
 *
 * <p>Symbols: s is the logistic function, e is {@code labelSmoothing}.
 *
 * <p>Source: the DPO authors' code with {@code reference_free}. As there, the logged rewards still
 * subtract the reference, which is the only thing that it runs for.
 *
 * <p>Limits: equal log-probabilities give ln 2. Nothing holds the policy near its start.
 *
 * <p>Worked number: beta = 0.1, e = 0, log-probabilities -6 and -11: h = 0.5, L = 0.474077.
 *
 * @param beta positive; typical 0.1 to 0.5
 * @param labelSmoothing assumed probability that a label is wrong; in [0, 0.5)
 */
public record ReferenceFreeDpoObjective(double beta, double labelSmoothing)
    implements ScoreObjective {

  public ReferenceFreeDpoObjective {
    Requirements.beta(beta);
    Requirements.labelSmoothing(labelSmoothing);
  }

  @Override
  public String name() {
    return "sigmoid_reference_free";
  }

  @Override
  public SequenceScore score() {
    return SequenceScore.LOG_PROB;
  }

  @Override
  public SequenceScore rewardScore() {
    return SequenceScore.LOG_RATIO;
  }

  @Override
  public Set<Statistic> statistics() {
    return rewardScore().statistics();
  }

  @Override
  public DirectedLoss loss(double chosen, double rejected) {
    double h = beta * (chosen - rejected);
    double e = labelSmoothing;
    return DirectedLoss.ofMargin(
        -(1 - e) * logSigmoid(h) - e * logSigmoid(-h),
        beta * (e * sigmoid(h) - (1 - e) * sigmoid(-h)));
  }
}
