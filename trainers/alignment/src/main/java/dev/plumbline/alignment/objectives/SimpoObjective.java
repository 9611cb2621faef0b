/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

/**
 * Simple preference optimisation: mean log-probabilities, a margin to reach, and no reference.
 *
 * <pre>
 *   m      = log pi(w)/T_w - log pi(l)/T_l - gamma/beta
 *   L(w,l) = -log s(beta m) - alpha log pi(w) / T
 * </pre>
 *
 * <p>Symbols: T_w and T_l are the lengths in tokens, T the mean length of the batch's better
 * completions, s the logistic function. {@code loss} may be another function of the margin m. With
 * alpha above 0 it is CPO-SimPO: the likelihood term is {@link CpoObjective}'s.
 *
 * <p>Source: Meng et al., arXiv 2405.14734, and its authors' code, which takes the ratio
 * gamma/beta; TRL's {@code simpo_gamma} is gamma itself, and its CPO trainer has alpha as {@code
 * cpo_alpha}.
 *
 * <p>Limits: equal mean log-probabilities give log(1 + exp(gamma)) and the likelihood term. The
 * reference never runs; the implicit reward is beta times the mean log-probability, and so is
 * always negative.
 *
 * <p>Worked number: beta = 2, gamma = 0.5, alpha = 0, mean log-probabilities -1 and -1.5: beta m =
 * 0.5, L = 0.474077.
 *
 * @param beta positive; 2 to 10
 * @param gamma the margin to reach, in rewards; at least 0, typical 0.25 to 0.8 times beta
 * @param alpha weight of the likelihood; at least 0, typical 0 to 1
 * @param loss of the margin
 */
public record SimpoObjective(double beta, double gamma, double alpha, MarginLoss loss)
    implements ScoreObjective {

  public SimpoObjective {
    Requirements.positive("beta", beta, "2 to 10");
    Requirements.atLeastZero("simpo_gamma", gamma, "0.25 to 0.8 times beta");
    Requirements.atLeastZero("cpo_alpha", alpha, "0 to 1");
  }

  /** Without the likelihood. */
  public SimpoObjective(double beta, double gamma, MarginLoss loss) {
    this(beta, gamma, 0, loss);
  }

  @Override
  public String name() {
    return "simpo";
  }

  @Override
  public SequenceScore score() {
    return SequenceScore.MEAN_LOG_PROB;
  }

  @Override
  public DirectedLoss loss(double chosen, double rejected) {
    double margin = chosen - rejected - gamma / beta;
    return DirectedLoss.ofMargin(loss.of(beta, margin), loss.slope(beta, margin));
  }

  @Override
  public PairValue evaluate(PairStatistics pair) {
    PairValue preference = ScoreObjective.super.evaluate(pair);
    return alpha == 0
        ? preference
        : preference.plus(alpha, NegativeLogLikelihood.ofCompletion(pair));
  }
}
