/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.experiments;

import dev.plumbline.alignment.objectives.CompletionStatistics;
import dev.plumbline.alignment.objectives.PairStatistics;
import dev.plumbline.alignment.objectives.PairValue;
import dev.plumbline.alignment.objectives.SeparablePairObjective;
import dev.plumbline.alignment.objectives.TokenDerivatives;
import dev.plumbline.lm.Statistic;
import java.util.List;
import java.util.Map;

/**
 * The token statistics of a policy beside its reference, and the way back from derivatives by
 * statistics to derivatives by the policy's logits:
 *
 * <pre>
 *   d log pi(y) / d logit_v         = 1[v = y] - pi(v)
 *   d KL(pi_ref || pi) / d logit_v  = pi(v) - pi_ref(v)
 * </pre>
 */
final class ToyStatistics {
  private final ToyLanguage policy;
  private final ToyLanguage reference;
  private final double[] divergences;

  ToyStatistics(ToyLanguage policy, ToyLanguage reference) {
    this.policy = policy;
    this.reference = reference;
    this.divergences = new double[policy.states()];
    for (int state = 0; state < divergences.length; state++) {
      divergences[state] = reference.divergence(policy, state);
    }
  }

  /** Sequential KL of a row: the sum over its tokens of KL(reference || policy), in nats. */
  double sequentialDivergence(ToyRow row) {
    double sum = 0;
    for (int t = 0; t < row.length(); t++) {
      sum += divergences[row.state(t)];
    }
    return sum;
  }

  /** Derivatives, {@code [state][token]}, of the mean loss of a batch by the policy's logits. */
  double[][] byLogits(SeparablePairObjective objective, List<ToyPair> batch) {
    double[][] byLogits = new double[policy.states()][policy.vocabulary()];
    for (ToyPair pair : batch) {
      PairValue value =
          objective.evaluate(
              PairStatistics.of(statistics(pair.chosen()), statistics(pair.rejected()), 1, 1));
      pullBack(pair.chosen(), value.a(), batch.size(), byLogits);
      pullBack(pair.rejected(), value.b(), batch.size(), byLogits);
    }
    return byLogits;
  }

  /** Mean loss of a batch. */
  double loss(SeparablePairObjective objective, List<ToyPair> batch) {
    double sum = 0;
    for (ToyPair pair : batch) {
      sum +=
          objective
              .evaluate(
                  PairStatistics.of(statistics(pair.chosen()), statistics(pair.rejected()), 1, 1))
              .loss();
    }
    return sum / batch.size();
  }

  private CompletionStatistics statistics(ToyRow row) {
    double[] logProbs = new double[row.length()];
    double[] referenceLogProbs = new double[row.length()];
    double[] forwardKl = new double[row.length()];
    for (int t = 0; t < row.length(); t++) {
      logProbs[t] = policy.logProb(row.state(t), row.token(t));
      referenceLogProbs[t] = reference.logProb(row.state(t), row.token(t));
      forwardKl[t] = divergences[row.state(t)];
    }
    return CompletionStatistics.of(
        Map.of(
            Statistic.LOG_PROB, logProbs,
            Statistic.REFERENCE_LOG_PROB, referenceLogProbs,
            Statistic.FORWARD_KL, forwardKl));
  }

  private void pullBack(
      ToyRow row, TokenDerivatives derivatives, int batchSize, double[][] byLogits) {
    for (int t = 0; t < row.length(); t++) {
      int state = row.state(t);
      double byLogProb = derivatives.value(Statistic.LOG_PROB, t) / batchSize;
      double byDivergence = derivatives.value(Statistic.FORWARD_KL, t) / batchSize;
      double[] ofState = byLogits[state];
      for (int token = 0; token < ofState.length; token++) {
        double prob = policy.prob(state, token);
        ofState[token] += byDivergence * (prob - reference.prob(state, token)) - byLogProb * prob;
      }
      ofState[row.token(t)] += byLogProb;
    }
  }
}
