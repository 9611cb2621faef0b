/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import dev.plumbline.lm.Statistic;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Alignment by optimal transport, unpaired: the distribution of the better completions' log-ratios
 * is made to dominate that of the others', whoever belongs to whom.
 *
 * <pre>
 *   u_(k)  = k-th smallest log-ratio of the better completions, v_(k) of the others
 *   L      = mean_k -(1 - e) log s(beta (u_(k) - v_(k))) - e log s(-beta (u_(k) - v_(k)))
 * </pre>
 *
 * <p>Symbols: sort puts values of the whole batch in rising order, s is the logistic function, e is
 * {@code labelSmoothing}. Weights and beliefs are masses, its own rule: pair i counts w_i p one way
 * round and w_i (1 - p) the other, and sorting pairs off equal masses (optimal transport on the
 * line). Where all are 1 or 0, that is sorting.
 *
 * <p>Source: Melnyk et al., arXiv 2406.05882; TRL's {@code aot_unpaired}. The batch is the
 * optimizer's: it needs two passes when micro-batches are smaller.
 *
 * <p>Limits: a batch of one pair is DPO with label smoothing. Where policy and reference agree, ln
 * 2. A rank's loss is booked to the pair of its better completion. A pair of weight 0 has loss 0.
 *
 * <p>Worked number: beta = 0.1, log-ratios 3 over 2 and 1 over -2: sorted differences 1 - (-2) = 3
 * and 3 - 2 = 1, losses 0.554355 and 0.644397.
 *
 * @param beta strength of the pull to the reference; positive, typical 0.1
 * @param labelSmoothing assumed probability that a label is wrong; in [0, 0.5)
 */
public record AotUnpairedObjective(double beta, double labelSmoothing) implements PairObjective {

  public AotUnpairedObjective {
    Requirements.beta(beta);
    Requirements.labelSmoothing(labelSmoothing);
  }

  @Override
  public String name() {
    return "aot_unpaired";
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
    List<MassCoupling.Atom> better = new ArrayList<>();
    List<MassCoupling.Atom> worse = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      PairStatistics pair = batch.get(i);
      double aBetter = pair.weight() * pair.belief();
      double bBetter = pair.weight() * (1 - pair.belief());
      if (aBetter > 0) {
        better.add(new MassCoupling.Atom(pair.a().logRatio(), aBetter, i, true));
        worse.add(new MassCoupling.Atom(pair.b().logRatio(), aBetter, i, false));
      }
      if (bBetter > 0) {
        better.add(new MassCoupling.Atom(pair.b().logRatio(), bBetter, i, false));
        worse.add(new MassCoupling.Atom(pair.a().logRatio(), bBetter, i, true));
      }
    }
    MarginLoss margins = new MarginLoss.Logistic(labelSmoothing);
    double[] losses = new double[batch.size()];
    double[] derivativesA = new double[batch.size()];
    double[] derivativesB = new double[batch.size()];
    for (MassCoupling.Flow flow : MassCoupling.of(better, worse)) {
      double margin = flow.from().value() - flow.to().value();
      double slope = flow.mass() * margins.slope(beta, margin);
      int i = flow.from().pair();
      losses[i] += flow.mass() / batch.get(i).weight() * margins.of(beta, margin);
      (flow.from().a() ? derivativesA : derivativesB)[i] += slope / batch.get(i).weight();
      int j = flow.to().pair();
      (flow.to().a() ? derivativesA : derivativesB)[j] -= slope / batch.get(j).weight();
    }
    List<PairValue> values = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      PairStatistics pair = batch.get(i);
      values.add(
          new PairValue(
              losses[i],
              pair.a().derivatives(Statistic.LOG_PROB, derivativesA[i]),
              pair.b().derivatives(Statistic.LOG_PROB, derivativesB[i]),
              ImplicitReward.of(beta * pair.a().logRatio()),
              ImplicitReward.of(beta * pair.b().logRatio())));
    }
    return values;
  }
}
