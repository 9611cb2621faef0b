/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Proximal policy optimisation of language models, with a critic: the loss of a policy and of what
 * its value head says, as a pure function of both.
 *
 * <pre>
 *   r_t = [t = last] r - beta (log pi_old(y_t) - log pi_ref(y_t))
 *   A   = GAE(r, V_old), whitened over the batch;  R = GAE(r, V_old) + V_old
 *   L   = token mean of -min(rho A, clip(rho, 1 - e, 1 + e_high) A) + c_v L_V(V, V_old, R)
 * </pre>
 *
 * <p>Symbols: rho = pi / pi_old of a token, V and V_old what the value head says of it now and said
 * when it was sampled, L_V {@link ValueLoss}, c_v its factor.
 *
 * <p>Sources: Schulman et al., arXiv 1707.06347, equations 7 and 9; Ziegler et al., arXiv
 * 1909.08593. TRL's defaults: e 0.2, gamma 1, lambda 0.95, c_v 0.1, beta 0.05.
 *
 * <p>Limits: with V_old = 0 and lambda = 1 the policy's part is REINFORCE++. It is no {@link
 * RolloutObjective}: those are told of a model without a value head.
 *
 * @param range clip range of the ratio
 * @param advantage gamma and lambda
 * @param values clip range of the critic
 * @param valueWeight c_v; at least 0
 * @param penalty on divergence, in the reward
 */
public record PpoLoss(
    ClipRange range,
    GeneralizedAdvantage advantage,
    ValueLoss values,
    double valueWeight,
    KlPenalty penalty) {
  public PpoLoss {
    Requirements.atLeastZero("vf_coef", valueWeight, "0.1");
    PenalizedReward.requirePlain(penalty);
  }

  /**
   * What the value head says of a group.
   *
   * @param now V, per completion, per token
   * @param old V_old, in the same shape; constants
   */
  public record Critic(List<double[]> now, List<double[]> old) {
    public Critic {
      now = List.copyOf(now);
      old = List.copyOf(old);
    }
  }

  /**
   * The loss of one group.
   *
   * @param policy of the policy, with its derivatives by log pi
   * @param valueLoss of the critic, c_v included
   * @param valueDerivatives of it by V, per completion, per token
   */
  public record Value(RolloutValue policy, double valueLoss, List<double[]> valueDerivatives) {
    public Value {
      valueDerivatives = List.copyOf(valueDerivatives);
    }

    /** L of policy and critic. */
    public double loss() {
      return policy.loss() + valueLoss;
    }
  }

  /**
   * Returns one value per group, in order.
   *
   * @param batch the whole optimizer batch
   * @param critics what the value head says of each group
   */
  public List<Value> evaluate(List<RolloutStatistics> batch, List<Critic> critics) {
    PolicyLoss loss =
        new PolicyLoss(
            new PolicySurrogate.Clipped(range),
            RatioLevel.TOKEN,
            new TokenAverage.OfTokens(),
            PenalizedReward.NO_PENALTY,
            OffPolicyCorrection.NONE);
    List<double[]> advantages = advantages(batch, critics);
    List<Value> evaluated = new ArrayList<>();
    int first = 0;
    for (int i = 0; i < batch.size(); i++) {
      RolloutStatistics group = batch.get(i);
      int next = first + group.rollouts().size();
      RolloutValue policy = loss.evaluate(group, advantages.subList(first, next));
      evaluated.add(
          withCritic(group, critics.get(i), PenalizedReward.reported(penalty, group, policy)));
      first = next;
    }
    return evaluated;
  }

  private Value withCritic(RolloutStatistics group, Critic critic, RolloutValue policy) {
    double loss = 0;
    List<double[]> derivatives = new ArrayList<>();
    for (int r = 0; r < group.rollouts().size(); r++) {
      RolloutSample rollout = group.rollouts().get(r);
      double[] old = critic.old().get(r);
      double[] returns = advantage.returns(PenalizedReward.ofTokens(penalty, rollout), old);
      double[] perToken = new double[returns.length];
      for (int t = 0; t < perToken.length; t++) {
        double share =
            valueWeight * rollout.completion().tokenWeight(t) / group.batch().meanTokens();
        ValueLoss.Term term = values.term(critic.now().get(r)[t], old[t], returns[t]);
        loss += share * term.loss();
        perToken[t] = share * term.derivative();
      }
      derivatives.add(perToken);
    }
    return new Value(policy, loss, derivatives);
  }

  private List<double[]> advantages(List<RolloutStatistics> batch, List<Critic> critics) {
    List<double[]> advantages = new ArrayList<>();
    List<double[]> multiplicities = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      RolloutStatistics group = batch.get(i);
      for (int r = 0; r < group.rollouts().size(); r++) {
        RolloutSample rollout = group.rollouts().get(r);
        advantages.add(
            advantage.advantages(
                PenalizedReward.ofTokens(penalty, rollout), critics.get(i).old().get(r)));
        double[] counts = new double[rollout.tokens()];
        Arrays.setAll(counts, t -> group.weight() * rollout.completion().tokenWeight(t));
        multiplicities.add(counts);
      }
    }
    return Whitening.of(advantages, multiplicities);
  }
}
