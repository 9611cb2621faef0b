/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import dev.plumbline.alignment.rldaf.FeedbackWeights;
import dev.plumbline.alignment.rldaf.Rldaf;
import dev.plumbline.alignment.rldaf.RldafValue;
import dev.plumbline.alignment.rldaf.RolloutTokens;
import dev.plumbline.lm.Statistic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * RLDAF on rollouts that a controller steered: {@link Rldaf} under the rules that all objectives
 * keep to.
 *
 * <pre>
 *   L = -token mean of min(pi / mu, c) A_t log pi(y_t | s_t),   s_t with the prompt that acted on y_t
 * </pre>
 *
 * <p>Symbols: mu is what the token was drawn from, the controller's say included; A_t, which holds
 * log C, log pi and log pi_ref of the frozen policy without a prompt, carries no derivative. A
 * group's weight is a multiplicity, in the baseline and in the moving averages too. It needs the
 * whole batch: two passes.
 *
 * <p>Source: our reading of arXiv 2402.04160; see {@link dev.plumbline.alignment.rldaf}.
 *
 * <p>Limits: rollouts that are all alike give no gradient. The logged divergence is KL(pi ||
 * pi_ref) itself, not an estimate.
 *
 * @param rldaf the update
 * @param weights what attribute and fluency weigh now
 */
public record RldafObjective(Rldaf rldaf, FeedbackWeights weights)
    implements RolloutObjective, AdaptiveObjective {

  /** Before the first step. */
  public RldafObjective(Rldaf rldaf) {
    this(rldaf, rldaf.adjustment().initial());
  }

  @Override
  public String name() {
    return "rldaf";
  }

  @Override
  public Set<Statistic> statistics() {
    return Set.of(Statistic.LOG_PROB, Statistic.REFERENCE_LOG_PROB, Statistic.REVERSE_KL);
  }

  @Override
  public BatchUse batchUse() {
    return BatchUse.WHOLE;
  }

  @Override
  public boolean needsController() {
    return true;
  }

  @Override
  public OffPolicyCorrection correction() {
    return OffPolicyCorrection.NONE;
  }

  @Override
  public List<RolloutValue> evaluate(List<RolloutStatistics> batch) {
    RldafValue value = update(batch);
    // The update's loss is a mean over the batch; L_i is a group's part of N times it.
    double groups = batch.stream().mapToDouble(RolloutStatistics::weight).sum();
    double scale = groups == 0 ? batch.size() : groups;
    List<RolloutValue> values = new ArrayList<>();
    int next = 0;
    for (RolloutStatistics group : batch) {
      double loss = 0;
      List<TokenDerivatives> derivatives = new ArrayList<>();
      List<RolloutReport> reports = new ArrayList<>();
      for (RolloutSample rollout : group.rollouts()) {
        double[] byLogProb = value.byLogProb().get(next).clone();
        for (int t = 0; t < byLogProb.length; t++) {
          byLogProb[t] *= scale;
          loss += byLogProb[t] * rollout.completion().value(Statistic.LOG_PROB, t);
        }
        derivatives.add(TokenDerivatives.of(Statistic.LOG_PROB, byLogProb));
        double advantage = Arrays.stream(value.advantages().get(next)).average().orElseThrow();
        double divergence = rollout.completion().sum(Statistic.REVERSE_KL);
        reports.add(new RolloutReport(advantage, divergence, 0, 0, 0));
        next++;
      }
      values.add(new RolloutValue(loss, derivatives, reports));
    }
    return values;
  }

  @Override
  public RldafObjective after(List<RolloutStatistics> batch) {
    return new RldafObjective(rldaf, update(batch).next());
  }

  @Override
  public String state() {
    return weights.toText();
  }

  @Override
  public RldafObjective at(String state) {
    return new RldafObjective(rldaf, FeedbackWeights.parse(state));
  }

  @Override
  public Map<String, Double> metrics() {
    return RldafTokens.metrics(weights);
  }

  private RldafValue update(List<RolloutStatistics> batch) {
    List<RolloutTokens> tokens = new ArrayList<>();
    for (RolloutStatistics group : batch) {
      for (RolloutSample rollout : group.rollouts()) {
        tokens.add(
            RolloutTokens.controlled(
                    rollout.attributeLogProbs(),
                    RldafTokens.model(rollout.completion()),
                    rollout.samplerLogProbs())
                .weighing(group.weight()));
      }
    }
    return rldaf.evaluate(tokens, weights);
  }
}
