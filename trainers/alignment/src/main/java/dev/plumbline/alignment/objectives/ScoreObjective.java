/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import dev.plumbline.lm.Statistic;
import java.util.Set;

/**
 * The shape of most pair objectives: a function of one score per completion, told which one is
 * better. Beliefs are mixed here, once: L_i = p L(a,b) + (1 - p) L(b,a); the implicit reward is
 * beta times the score.
 */
interface ScoreObjective extends SeparablePairObjective {
  double beta();

  /** L(chosen, rejected) as a function of the scores. */
  DirectedLoss loss(double chosen, double rejected);

  default SequenceScore score() {
    return SequenceScore.LOG_RATIO;
  }

  /** The score whose beta-fold is logged as the implicit reward. */
  default SequenceScore rewardScore() {
    return score();
  }

  @Override
  default Set<Statistic> statistics() {
    return score().statistics();
  }

  @Override
  default PairValue evaluate(PairStatistics pair) {
    double scoreA = score().of(pair.a());
    double scoreB = score().of(pair.b());
    double loss = 0;
    double byA = 0;
    double byB = 0;
    // A side without belief is left out, not multiplied by 0: its loss may be infinite.
    if (pair.belief() > 0) {
      DirectedLoss aBetter = loss(scoreA, scoreB);
      loss += pair.belief() * aBetter.loss();
      byA += pair.belief() * aBetter.byChosen();
      byB += pair.belief() * aBetter.byRejected();
    }
    if (pair.belief() < 1) {
      double q = 1 - pair.belief();
      DirectedLoss bBetter = loss(scoreB, scoreA);
      loss += q * bBetter.loss();
      byB += q * bBetter.byChosen();
      byA += q * bBetter.byRejected();
    }
    return new PairValue(
        loss,
        score().pullBack(pair.a(), byA),
        score().pullBack(pair.b(), byB),
        ImplicitReward.of(beta() * rewardScore().of(pair.a())),
        ImplicitReward.of(beta() * rewardScore().of(pair.b())));
  }
}
