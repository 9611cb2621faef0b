/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import dev.plumbline.lm.Statistic;
import java.util.Arrays;

/**
 * What is done about completions that other weights sampled than those that learn from them.
 *
 * <p>Without {@link Weighting}, pi_old is the sampler: the ratio that the objective clips holds all
 * of the distance. With it, pi_old is the policy as the step finds it (decoupled PPO, arXiv
 * 2110.00641; AReaL, arXiv 2505.24298): the clip bounds the step alone, and the distance between
 * the sampler mu and pi_old becomes a weight pi_old / mu, without gradient, that is truncated or
 * masked. A token that is masked still counts in what a mean divides by.
 *
 * @param weighting what becomes of the weights
 * @param lower bound of a weight; at least 0, typical 0
 * @param upper bound of a weight; at least {@code lower}, typical 2 to 5
 * @param maskAbove a completion worse than average is left out where the mean over its tokens of
 *     log mu - log pi is above this (DeepSeek-V3.2, arXiv 2512.02556): the policy has long moved
 *     away from it. Infinity leaves nothing out
 */
public record OffPolicyCorrection(
    Weighting weighting, double lower, double upper, double maskAbove) {

  /** Samples count as they are. */
  public static final OffPolicyCorrection NONE =
      new OffPolicyCorrection(
          Weighting.NONE, 0, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);

  /** What becomes of the weights pi_old / mu. */
  public enum Weighting {
    /** There are none. */
    NONE,
    /** Each token's is held in the bounds: truncated importance sampling. */
    TOKEN_TRUNCATE,
    /** Each token's is 0 outside of the bounds. */
    TOKEN_MASK,
    /** All tokens have their geometric mean, held in the bounds. */
    SEQUENCE_TRUNCATE,
    /** All tokens have their geometric mean, or 0 where that is outside of the bounds. */
    SEQUENCE_MASK,
    /** Each token has its own, or 0 where the geometric mean is outside of the bounds. */
    SEQUENCE_FILTER
  }

  public OffPolicyCorrection {
    if (!(lower >= 0 && upper >= lower)) {
      throw new IllegalArgumentException(
          "bounds of importance weights must be 0 or more and in order, but were %s to %s (typical: 0 to 3)"
              .formatted(lower, upper));
    }
    if (Double.isNaN(maskAbove)) {
      throw new IllegalArgumentException("off_policy_mask_threshold must be a number");
    }
  }

  /** Weights between bounds, and nothing left out. */
  public OffPolicyCorrection(Weighting weighting, double lower, double upper) {
    this(weighting, lower, upper, Double.POSITIVE_INFINITY);
  }

  /** Which policy the step must stay close to. */
  public boolean staysCloseToSampler() {
    return weighting == Weighting.NONE;
  }

  /** pi_old of each token: of the sampler, or of the policy as the step finds it. */
  public double[] oldLogProbs(CompletionStatistics completion, double[] samplerLogProbs) {
    if (staysCloseToSampler()) {
      return samplerLogProbs.clone();
    }
    double[] current = new double[completion.tokens()];
    Arrays.setAll(current, t -> completion.value(Statistic.LOG_PROB, t));
    return current;
  }

  /** What each token's part of the surrogate counts for. */
  double[] weights(RolloutSample rollout, double advantage) {
    double[] weights = new double[rollout.tokens()];
    if (isLeftOut(rollout, advantage)) {
      return weights;
    }
    double ofSequence = PolicySurrogate.ratio(meanLogOldBySampler(rollout));
    for (int t = 0; t < weights.length; t++) {
      double ofToken = PolicySurrogate.ratio(rollout.logOldBySampler(t));
      weights[t] =
          switch (weighting) {
            case NONE -> 1;
            case TOKEN_TRUNCATE -> Math.clamp(ofToken, lower, upper);
            case TOKEN_MASK -> isInBounds(ofToken) ? ofToken : 0;
            case SEQUENCE_TRUNCATE -> Math.clamp(ofSequence, lower, upper);
            case SEQUENCE_MASK -> isInBounds(ofSequence) ? ofSequence : 0;
            case SEQUENCE_FILTER -> isInBounds(ofSequence) ? ofToken : 0;
          };
    }
    return weights;
  }

  /** What a completion counts for that is one part of the surrogate: its tokens' mean weight. */
  double sequenceWeight(RolloutSample rollout, double advantage) {
    return Arrays.stream(weights(rollout, advantage)).average().orElseThrow();
  }

  private boolean isInBounds(double weight) {
    return weight >= lower && weight <= upper;
  }

  private boolean isLeftOut(RolloutSample rollout, double advantage) {
    if (advantage >= 0) {
      return false;
    }
    double distance = 0;
    for (int t = 0; t < rollout.tokens(); t++) {
      distance -= rollout.completion().tokenWeight(t) * rollout.logBySampler(t);
    }
    return distance / rollout.completion().length() > maskAbove;
  }

  private static double meanLogOldBySampler(RolloutSample rollout) {
    double sum = 0;
    for (int t = 0; t < rollout.tokens(); t++) {
      sum += rollout.completion().tokenWeight(t) * rollout.logOldBySampler(t);
    }
    return sum / rollout.completion().length();
  }
}
