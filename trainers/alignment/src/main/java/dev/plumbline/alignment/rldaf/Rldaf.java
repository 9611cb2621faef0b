/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.rldaf;

import dev.plumbline.reward.control.Requirement;
import dev.plumbline.reward.control.ResidualControl;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One update of RLDAF: from a batch of rollouts to a loss, its derivative by each token's
 * log-probability, and the next weights.
 *
 * <pre>
 *   L     = -mean_t[ min(rho_t, c) A_t log pi_phi(y_t | s_t) ]      over all tokens of the batch
 *   rho_t = pi_phi(y_t | s_t) / mu(y_t)
 *   A_t   = (G_t - mean G_t) / max(w_a, w_f),   G_t = sum_{j &gt;= t} r_j
 * </pre>
 *
 * <p>rho and A carry no derivative, and neither do the rewards. Where tokens were drawn from the
 * policy itself, rho is 1; where a {@linkplain ResidualControl residual term} or an older version
 * had a say, rho weighs them by what the policy alone would have said, up to c.
 *
 * <p>That the policy learns by reinforcement from the actions taken under control is the paper's;
 * reward, baseline, scaling and truncation are our reading. The last is V-trace's and truncated
 * importance sampling's.
 *
 * @param reward of each token
 * @param adjustment how the weights move between updates
 * @param largestImportanceWeight c; positive, typical 2
 */
public record Rldaf(
    TokenReward reward, WeightAdjustment adjustment, double largestImportanceWeight) {

  public Rldaf {
    Requirement.positive("largest_importance_weight", largestImportanceWeight, "2");
  }

  /**
   * Learns from one batch, each rollout by its weight. A batch of weight 0 is read as if all
   * weights were 1, but adjusts nothing.
   *
   * @param batch at least one rollout
   * @param weights as the update before left them
   */
  public RldafValue evaluate(List<RolloutTokens> batch, FeedbackWeights weights) {
    if (batch.isEmpty()) {
      throw new IllegalArgumentException("a batch needs at least 1 rollout, but had none");
    }
    double[] counts = batch.stream().mapToDouble(RolloutTokens::weight).toArray();
    boolean isWeightless = Arrays.stream(counts).allMatch(count -> count == 0);
    if (isWeightless) {
      Arrays.fill(counts, 1);
    }
    List<double[]> advantages =
        Advantages.of(
            batch.stream().map(rollout -> rewards(rollout, weights.attribute())).toList(),
            counts,
            Math.max(weights.attribute(), weights.fluency()));
    double rollouts = 0;
    double tokens = 0;
    for (int i = 0; i < counts.length; i++) {
      rollouts += counts[i];
      tokens += counts[i] * batch.get(i).length();
    }
    double loss = 0;
    double divergence = 0;
    double importance = 0;
    double squaredImportance = 0;
    double attainment = 0;
    List<double[]> derivatives = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      RolloutTokens rollout = batch.get(i);
      double[] byLogProb = new double[rollout.length()];
      for (int t = 0; t < byLogProb.length; t++) {
        double rho = importanceWeight(rollout.logProb(t), rollout.behaviourLogProb(t));
        byLogProb[t] = -rho * advantages.get(i)[t] / tokens;
        loss += counts[i] * byLogProb[t] * rollout.logProb(t);
        divergence += counts[i] * rollout.divergence(t);
        importance += counts[i] * rho;
        squaredImportance += counts[i] * rho * rho;
      }
      attainment += counts[i] * rollout.attainment();
      derivatives.add(byLogProb);
    }
    attainment /= rollouts;
    divergence /= tokens;
    // An importance weight that has underflowed to 0 everywhere leaves no sample at all.
    double effective =
        squaredImportance == 0 ? 0 : importance * importance / (squaredImportance * tokens);
    return new RldafValue(
        loss,
        derivatives,
        advantages,
        attainment,
        divergence,
        effective,
        isWeightless ? weights : adjustment.next(weights, attainment, divergence));
  }

  /** The reward of each token of a rollout. */
  public double[] rewards(RolloutTokens rollout, double attributeWeight) {
    double[] rewards = new double[rollout.length()];
    for (int t = 0; t < rewards.length; t++) {
      rewards[t] =
          reward.of(
              rollout.gain(t), rollout.logProb(t), rollout.referenceLogProb(t), attributeWeight);
    }
    return rewards;
  }

  /** min(rho, c) of one token. */
  public double importanceWeight(double logProb, double behaviourLogProb) {
    return Math.min(Math.exp(logProb - behaviourLogProb), largestImportanceWeight);
  }
}
