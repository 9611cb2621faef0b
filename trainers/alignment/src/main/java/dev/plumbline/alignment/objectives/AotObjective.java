/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import dev.plumbline.lm.Statistic;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Alignment by optimal transport, paired: the distribution of the policy's margins is made to
 * dominate that of the reference's, instead of each margin its own.
 *
 * <pre>
 *   x_(k)  = k-th smallest log pi(w) - log pi(l),   r_(k) = k-th smallest of the reference's
 *   L      = mean_k -(1 - e) log s(beta (x_(k) - r_(k))) - e log s(-beta (x_(k) - r_(k)))
 * </pre>
 *
 * <p>Symbols: sort puts values of the whole batch in rising order, s is the logistic function, e is
 * {@code labelSmoothing}. Weights and beliefs are masses, its own rule: pair i counts w_i p one way
 * round and w_i (1 - p) the other, and sorting pairs off equal masses (optimal transport on the
 * line). Where all are 1 or 0, that is sorting.
 *
 * <p>Source: Melnyk et al., arXiv 2406.05882; TRL's {@code aot}. The batch is the optimizer's: it
 * needs two passes when micro-batches are smaller.
 *
 * <p>Limits: a batch of one pair is DPO with label smoothing. Where policy and reference agree, ln
 * 2. A pair of weight 0 has loss 0: it has no place in the order.
 *
 * <p>Worked number: beta = 0.1, policy margins 1 and 3, reference margins 2 and -2 in the same
 * pairs: sorted differences 1 - (-2) = 3 and 3 - 2 = 1, losses 0.554355 and 0.644397.
 *
 * @param beta strength of the pull to the reference; positive, typical 0.1
 * @param labelSmoothing assumed probability that a label is wrong; in [0, 0.5)
 */
public record AotObjective(double beta, double labelSmoothing) implements PairObjective {

  public AotObjective {
    Requirements.beta(beta);
    Requirements.labelSmoothing(labelSmoothing);
  }

  @Override
  public String name() {
    return "aot";
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
  public List<PairValue> evaluate(List<PairStatistics> batch) {
    List<MassCoupling.Atom> policy = new ArrayList<>();
    List<MassCoupling.Atom> reference = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      PairStatistics pair = batch.get(i);
      double policyMargin = pair.a().logProb() - pair.b().logProb();
      double referenceMargin = pair.a().referenceLogProb() - pair.b().referenceLogProb();
      add(policy, policyMargin, pair, i);
      add(reference, referenceMargin, pair, i);
    }
    MarginLoss margins = new MarginLoss.Logistic(labelSmoothing);
    double[] losses = new double[batch.size()];
    double[] derivatives = new double[batch.size()];
    for (MassCoupling.Flow flow : MassCoupling.of(policy, reference)) {
      double margin = flow.from().value() - flow.to().value();
      int i = flow.from().pair();
      double share = flow.mass() / batch.get(i).weight();
      losses[i] += share * margins.of(beta, margin);
      derivatives[i] += (flow.from().a() ? share : -share) * margins.slope(beta, margin);
    }
    List<PairValue> values = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      PairStatistics pair = batch.get(i);
      values.add(
          new PairValue(
              losses[i],
              pair.a().derivatives(Statistic.LOG_PROB, derivatives[i]),
              pair.b().derivatives(Statistic.LOG_PROB, -derivatives[i]),
              ImplicitReward.of(beta * pair.a().logRatio()),
              ImplicitReward.of(beta * pair.b().logRatio())));
    }
    return values;
  }

  /** The margin of a over b by the mass that holds a better, and of b over a by the rest. */
  private static void add(
      List<MassCoupling.Atom> atoms, double margin, PairStatistics pair, int index) {
    double aBetter = pair.weight() * pair.belief();
    double bBetter = pair.weight() * (1 - pair.belief());
    if (aBetter > 0) {
      atoms.add(new MassCoupling.Atom(margin, aBetter, index, true));
    }
    if (bBetter > 0) {
      atoms.add(new MassCoupling.Atom(-margin, bBetter, index, false));
    }
  }
}
