/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import dev.plumbline.lm.Statistic;
import java.util.EnumSet;
import java.util.Set;

/**
 * How strongly divergence from the reference is held down. In a loss, beta times the estimate is
 * added at each token and has a gradient; in a reward, it is taken off and has none.
 *
 * @param beta at least 0; 0 means that the reference doesn't run
 * @param estimator of the divergence
 * @param sampling whose tokens estimate it
 */
public record KlPenalty(double beta, KlEstimator estimator, Sampling sampling) {
  /** What is done about tokens that pi_old sampled, and not pi; in a loss. */
  public enum Sampling {
    /** Nothing. */
    AS_IF_CURRENT,
    /** The estimate counts by pi / pi_old, with gradient: DeepSeek-V3.2 (arXiv 2512.02556). */
    BY_RATIO
  }

  public KlPenalty {
    Requirements.atLeastZero("beta", beta, "0 to 0.1");
  }

  /** A penalty on tokens as if the present policy had sampled them. */
  public KlPenalty(double beta, KlEstimator estimator) {
    this(beta, estimator, Sampling.AS_IF_CURRENT);
  }

  boolean isOn() {
    return beta > 0;
  }

  Set<Statistic> statistics() {
    return isOn()
        ? EnumSet.of(Statistic.LOG_PROB, Statistic.REFERENCE_LOG_PROB)
        : EnumSet.of(Statistic.LOG_PROB);
  }

  /** The divergence of pi at one token, and its derivative by log pi. */
  Term inLoss(RolloutSample rollout, int t) {
    double logRatio = logRatio(rollout, t, rollout.completion().value(Statistic.LOG_PROB, t));
    double value = estimator.value(logRatio);
    double derivative = estimator.derivative(logRatio);
    return switch (sampling) {
      case AS_IF_CURRENT -> new Term(value, derivative);
      case BY_RATIO -> {
        double moved = rollout.logRatio(t);
        double ratio = PolicySurrogate.ratio(moved);
        double moves = Math.abs(moved) < PolicySurrogate.MAX_LOG_RATIO ? 1 : 0;
        yield new Term(ratio * value, ratio * (moves * value + derivative));
      }
    };
  }

  /** The divergence of pi_old at one token: a constant. */
  double inReward(RolloutSample rollout, int t) {
    return estimator.value(logRatio(rollout, t, rollout.oldLogProb(t)));
  }

  private static double logRatio(RolloutSample rollout, int t, double logProb) {
    return logProb - rollout.completion().value(Statistic.REFERENCE_LOG_PROB, t);
  }

  record Term(double value, double derivative) {}
}
