/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

/**
 * Sequence likelihood calibration: a hinge on log-probabilities, and the likelihood of the better
 * completion.
 *
 * <pre>
 *   L(w,l) = max(0, delta - log pi(w) + log pi(l)) - lambda log pi(w)
 * </pre>
 *
 * <p>Source: Zhao et al., arXiv 2305.10425 (SLiC-HF), with sequence sums in both terms.
 *
 * <p>Limits: equal log-probabilities give delta and the likelihood term; from a margin of delta on,
 * only the likelihood pulls. At the kink the hinge's derivative is taken as 0. The reference never
 * runs; implicit rewards are the log-probabilities.
 *
 * <p>Worked number: delta = 1, lambda = 0.1, log-probabilities -6 and -6.5: L = 0.5 + 0.6 = 1.1.
 *
 * @param delta the margin to reach; positive, typical 1
 * @param lambda weight of the likelihood; at least 0, typical 0.1
 */
public record SlicObjective(double delta, double lambda) implements ScoreObjective {

  public SlicObjective {
    Requirements.positive("slic_delta", delta, "1");
    Requirements.atLeastZero("slic_lambda", lambda, "0.1");
  }

  @Override
  public String name() {
    return "slic";
  }

  /** The rewards' unit: SLiC has no beta. */
  @Override
  public double beta() {
    return 1;
  }

  @Override
  public SequenceScore score() {
    return SequenceScore.LOG_PROB;
  }

  @Override
  public DirectedLoss loss(double chosen, double rejected) {
    double slack = delta - chosen + rejected;
    double hinge = slack > 0 ? 1 : 0;
    return new DirectedLoss(Math.max(0, slack) - lambda * chosen, -hinge - lambda, hinge);
  }
}
