/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import dev.plumbline.lm.Statistic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * From advantages to the loss of a group: what all policy-gradient objectives share.
 *
 * <pre>
 *   L_i = sum over completions and tokens of share [ w surrogate(rho, A) + beta KL ]
 * </pre>
 *
 * <p>where rho is pi / pi_old of the token, w the weight of {@link OffPolicyCorrection}, and the
 * shares are those of {@link TokenAverage}. Where there is one ratio per completion, its surrogate
 * counts 1/G, G the size of the group, and the shares are those of the divergence alone.
 *
 * @param surrogate what a ratio contributes
 * @param level what a ratio is about
 * @param average what tokens are divided by
 * @param penalty on divergence, in the loss
 * @param correction for completions that other weights sampled
 */
record PolicyLoss(
    PolicySurrogate surrogate,
    RatioLevel level,
    TokenAverage average,
    KlPenalty penalty,
    OffPolicyCorrection correction) {

  /** The loss where all tokens of a completion have its advantage. */
  RolloutValue evaluate(RolloutStatistics group, double[] advantages) {
    List<double[]> perToken = new ArrayList<>();
    for (int r = 0; r < advantages.length; r++) {
      double[] same = new double[group.rollouts().get(r).tokens()];
      Arrays.fill(same, advantages[r]);
      perToken.add(same);
    }
    return evaluate(group, perToken);
  }

  /**
   * The loss of a group.
   *
   * @param advantages per completion, per token; constants
   */
  RolloutValue evaluate(RolloutStatistics group, List<double[]> advantages) {
    double loss = 0;
    List<TokenDerivatives> derivatives = new ArrayList<>();
    List<RolloutReport> reports = new ArrayList<>();
    for (int r = 0; r < advantages.size(); r++) {
      RolloutSample rollout = group.rollouts().get(r);
      Sum sum = new Sum(rollout, Arrays.stream(advantages.get(r)).average().orElseThrow());
      double share = average.share(group, rollout);
      switch (level) {
        case TOKEN -> sum.addTokens(advantages.get(r), share);
        case SEQUENCE_MEAN ->
            sum.addSequence(1.0 / group.rollouts().size(), 1 / rollout.completion().length());
        case SEQUENCE -> sum.addSequence(1.0 / group.rollouts().size(), 1);
      }
      @Nullable Double divergence = penalty.isOn() ? sum.addDivergence(share) : null;
      loss += sum.loss;
      derivatives.add(TokenDerivatives.of(Statistic.LOG_PROB, sum.derivatives));
      reports.add(
          new RolloutReport(sum.advantage, divergence, sum.terms, sum.clippedLow, sum.clippedHigh));
    }
    return new RolloutValue(loss, derivatives, reports);
  }

  /** One completion's part of the loss, as it adds up. */
  private final class Sum {
    private final RolloutSample rollout;
    private final CompletionStatistics said;
    private final double advantage;
    private final double[] derivatives;
    private double loss;
    private int terms;
    private int clippedLow;
    private int clippedHigh;

    private Sum(RolloutSample rollout, double advantage) {
      this.rollout = rollout;
      this.said = rollout.completion();
      this.advantage = advantage;
      this.derivatives = new double[rollout.tokens()];
    }

    private void addTokens(double[] advantages, double share) {
      double[] weights = correction.weights(rollout, advantage);
      for (int t = 0; t < derivatives.length; t++) {
        double factor = share * said.tokenWeight(t) * weights[t];
        PolicySurrogate.Term term =
            counted(
                surrogate.term(
                    said.value(Statistic.LOG_PROB, t), rollout.logRatio(t), advantages[t]));
        loss += factor * term.loss();
        derivatives[t] += factor * term.derivative();
      }
    }

    /** One ratio, of {@code scale} times the sums over tokens. */
    private void addSequence(double share, double scale) {
      double logRatio = 0;
      for (int t = 0; t < derivatives.length; t++) {
        logRatio += said.tokenWeight(t) * rollout.logRatio(t);
      }
      double factor = share * correction.sequenceWeight(rollout, advantage);
      PolicySurrogate.Term term =
          counted(surrogate.term(scale * said.logProb(), scale * logRatio, advantage));
      loss += factor * term.loss();
      for (int t = 0; t < derivatives.length; t++) {
        derivatives[t] += factor * term.derivative() * scale * said.tokenWeight(t);
      }
    }

    private PolicySurrogate.Term counted(PolicySurrogate.Term term) {
      terms += surrogate.clips() ? 1 : 0;
      clippedLow += term.clippedLow() ? 1 : 0;
      clippedHigh += term.clippedHigh() ? 1 : 0;
      return term;
    }

    /** Returns the divergence, summed over tokens. */
    private double addDivergence(double share) {
      double divergence = 0;
      for (int t = 0; t < derivatives.length; t++) {
        KlPenalty.Term term = penalty.inLoss(rollout, t);
        double weight = said.tokenWeight(t);
        divergence += weight * term.value();
        loss += share * weight * penalty.beta() * term.value();
        derivatives[t] += share * weight * penalty.beta() * term.derivative();
      }
      return divergence;
    }
  }
}
