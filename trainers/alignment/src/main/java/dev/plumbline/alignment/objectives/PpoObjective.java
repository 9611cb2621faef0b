/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import dev.plumbline.lm.Statistic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

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
 * when the version began to learn, L_V {@link ValueLoss}, c_v its factor.
 *
 * <p>Sources: Schulman et al., arXiv 1707.06347, equations 7 and 9; Ziegler et al., arXiv
 * 1909.08593. TRL's defaults: e 0.2, gamma 1, lambda 0.95, c_v 0.1, beta 0.05. It needs the whole
 * batch: two passes.
 *
 * <p>Limits: with V_old = 0 and lambda = 1 the policy's part is REINFORCE++.
 *
 * @param range clip range of the ratio
 * @param advantage gamma and lambda
 * @param critic clip range of the critic
 * @param criticWeight c_v; at least 0
 * @param penalty on divergence, in the reward
 * @param whitening what is whitened
 * @param correction for completions that other weights sampled
 */
public record PpoObjective(
    ClipRange range,
    GeneralizedAdvantage advantage,
    ValueLoss critic,
    double criticWeight,
    KlPenalty penalty,
    PpoWhitening whitening,
    OffPolicyCorrection correction)
    implements RolloutObjective {
  public PpoObjective {
    Requirements.atLeastZero("vf_coef", criticWeight, "0.1");
    PenalizedReward.requirePlain(penalty);
  }

  /** With whitened advantages, without correction: pi_old is the sampler. */
  public PpoObjective(
      ClipRange range,
      GeneralizedAdvantage advantage,
      ValueLoss critic,
      double criticWeight,
      KlPenalty penalty) {
    this(
        range,
        advantage,
        critic,
        criticWeight,
        penalty,
        PpoWhitening.ADVANTAGES,
        OffPolicyCorrection.NONE);
  }

  @Override
  public String name() {
    return "ppo";
  }

  @Override
  public Set<Statistic> statistics() {
    return penalty.statistics();
  }

  @Override
  public boolean needsCritic() {
    return true;
  }

  @Override
  public BatchUse batchUse() {
    return BatchUse.WHOLE;
  }

  @Override
  public List<RolloutValue> evaluate(List<RolloutStatistics> batch) {
    PolicyLoss loss =
        new PolicyLoss(
            new PolicySurrogate.Clipped(range),
            RatioLevel.TOKEN,
            new TokenAverage.OfTokens(),
            PenalizedReward.NO_PENALTY,
            correction);
    List<double[]> counts = multiplicities(batch);
    List<double[]> rewards = rewards(batch, counts);
    List<double[]> advantages = advantages(batch, rewards, counts);
    List<RolloutValue> values = new ArrayList<>();
    int first = 0;
    for (RolloutStatistics group : batch) {
      int next = first + group.rollouts().size();
      RolloutValue policy =
          PenalizedReward.reported(
              penalty, group, loss.evaluate(group, advantages.subList(first, next)));
      values.add(withCritic(group, policy, rewards.subList(first, next)));
      first = next;
    }
    return values;
  }

  private RolloutValue withCritic(
      RolloutStatistics group, RolloutValue policy, List<double[]> rewards) {
    double loss = policy.loss();
    List<TokenDerivatives> derivatives = new ArrayList<>();
    List<RolloutReport> reports = new ArrayList<>();
    for (int r = 0; r < rewards.size(); r++) {
      RolloutSample rollout = group.rollouts().get(r);
      double[] now = rollout.completion().critic();
      double[] old = rollout.criticBefore();
      double[] returns = advantage.returns(rewards.get(r), old);
      double[] byCritic = new double[now.length];
      double ofCritic = 0;
      int clipped = 0;
      for (int t = 0; t < now.length; t++) {
        double share =
            criticWeight * rollout.completion().tokenWeight(t) / group.batch().meanTokens();
        ValueLoss.Term term = critic.term(now[t], old[t], returns[t]);
        loss += share * term.loss();
        byCritic[t] = share * term.derivative();
        ofCritic += term.loss();
        clipped += term.isClipped() ? 1 : 0;
      }
      derivatives.add(policy.completions().get(r).plus(TokenDerivatives.ofCritic(byCritic)));
      reports.add(policy.reports().get(r).criticised(new RolloutReport.Critic(ofCritic, clipped)));
    }
    return new RolloutValue(loss, derivatives, reports);
  }

  private List<double[]> rewards(List<RolloutStatistics> batch, List<double[]> counts) {
    List<double[]> rewards =
        rollouts(batch).stream()
            .map(rollout -> PenalizedReward.ofTokens(penalty, rollout))
            .toList();
    return switch (whitening) {
      case NONE, ADVANTAGES -> rewards;
      case REWARDS_AND_ADVANTAGES -> Whitening.ofVariance(rewards, counts);
    };
  }

  /** Of all completions of all groups, per token. */
  private List<double[]> advantages(
      List<RolloutStatistics> batch, List<double[]> rewards, List<double[]> counts) {
    List<RolloutSample> rollouts = rollouts(batch);
    List<double[]> advantages = new ArrayList<>();
    for (int r = 0; r < rewards.size(); r++) {
      advantages.add(advantage.advantages(rewards.get(r), rollouts.get(r).criticBefore()));
    }
    return switch (whitening) {
      case NONE -> advantages;
      case ADVANTAGES, REWARDS_AND_ADVANTAGES -> Whitening.of(advantages, counts);
    };
  }

  private static List<RolloutSample> rollouts(List<RolloutStatistics> batch) {
    return batch.stream().flatMap(group -> group.rollouts().stream()).toList();
  }

  private static List<double[]> multiplicities(List<RolloutStatistics> batch) {
    List<double[]> multiplicities = new ArrayList<>();
    for (RolloutStatistics group : batch) {
      for (RolloutSample rollout : group.rollouts()) {
        double[] counts = new double[rollout.tokens()];
        Arrays.setAll(counts, t -> group.weight() * rollout.completion().tokenWeight(t));
        multiplicities.add(counts);
      }
    }
    return multiplicities;
  }
}
