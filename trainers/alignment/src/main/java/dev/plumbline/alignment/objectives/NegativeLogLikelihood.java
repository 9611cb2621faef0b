/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import dev.plumbline.lm.Statistic;

/**
 * The token mean of -log pi over the better completions of a batch, as one pair's share of it; see
 * {@link BatchShape}. With belief p, a's share counts p and b's 1 - p.
 */
final class NegativeLogLikelihood {
  private NegativeLogLikelihood() {}

  /** Over completion tokens. The rewards are 0. */
  static PairValue ofCompletion(PairStatistics pair) {
    double p = pair.belief();
    double mean = pair.batch().meanCompletionLength();
    return new PairValue(
        -(p * pair.a().logProb() + (1 - p) * pair.b().logProb()) / mean,
        pair.a().derivatives(Statistic.LOG_PROB, -p / mean),
        pair.b().derivatives(Statistic.LOG_PROB, -(1 - p) / mean),
        ImplicitReward.of(0),
        ImplicitReward.of(0));
  }

  /** Over the tokens of prompt and completion. The rewards are 0. */
  static PairValue ofRow(PairStatistics pair) {
    double p = pair.belief();
    double mean = pair.batch().meanRowLabels();
    double logProbA = pair.a().promptLogProb() + pair.a().logProb();
    double logProbB = pair.b().promptLogProb() + pair.b().logProb();
    return new PairValue(
        -(p * logProbA + (1 - p) * logProbB) / mean,
        pair.a()
            .derivatives(Statistic.LOG_PROB, -p / mean)
            .plus(TokenDerivatives.ofPrompt(-p / mean)),
        pair.b()
            .derivatives(Statistic.LOG_PROB, -(1 - p) / mean)
            .plus(TokenDerivatives.ofPrompt(-(1 - p) / mean)),
        ImplicitReward.of(0),
        ImplicitReward.of(0));
  }
}
