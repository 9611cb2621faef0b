/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import dev.plumbline.alignment.objectives.CompletionStatistics;
import dev.plumbline.alignment.objectives.RolloutObjective;
import dev.plumbline.alignment.objectives.RolloutSample;
import dev.plumbline.alignment.objectives.RolloutShape;
import dev.plumbline.alignment.objectives.RolloutStatistics;
import dev.plumbline.alignment.objectives.RolloutValue;
import dev.plumbline.alignment.objectives.ScoredRollouts;
import dev.plumbline.alignment.objectives.TokenDerivatives;
import java.util.ArrayList;
import java.util.List;

/** Groups of rollouts, for policy gradients. */
record RolloutBatch(RolloutObjective objective)
    implements ExampleKind<EncodedRolloutGroup, ScoredRollouts> {
  @Override
  public Class<EncodedRolloutGroup> example() {
    return EncodedRolloutGroup.class;
  }

  @Override
  public String plural() {
    return "rollout groups";
  }

  @Override
  public List<EncodedCompletion> completions(EncodedRolloutGroup group) {
    return group.rollouts().stream().map(EncodedRollout::completion).toList();
  }

  @Override
  public List<EncodedCompletion> contrasts(List<EncodedRolloutGroup> batch) {
    return List.of();
  }

  @Override
  public List<ScoredRollouts> evaluate(
      List<EncodedRolloutGroup> groups,
      List<EncodedRolloutGroup> batch,
      List<List<CompletionStatistics>> said,
      List<CompletionStatistics> contrasts) {
    RolloutShape shape = RolloutShape.of(batch.stream().map(EncodedRolloutGroup::shape).toList());
    List<RolloutStatistics> statistics = new ArrayList<>(groups.size());
    for (int i = 0; i < groups.size(); i++) {
      EncodedRolloutGroup group = groups.get(i);
      List<RolloutSample> rollouts = new ArrayList<>();
      for (int r = 0; r < group.rollouts().size(); r++) {
        rollouts.add(sample(group.rollouts().get(r), said.get(i).get(r)));
      }
      statistics.add(new RolloutStatistics(rollouts, group.weight(), shape));
    }
    List<RolloutValue> values = objective.evaluate(statistics);
    List<ScoredRollouts> scored = new ArrayList<>(groups.size());
    for (int i = 0; i < groups.size(); i++) {
      scored.add(new ScoredRollouts(statistics.get(i), values.get(i)));
    }
    return scored;
  }

  private RolloutSample sample(EncodedRollout rollout, CompletionStatistics said) {
    double[] sampler = rollout.samplerLogProbs();
    return new RolloutSample(
        said,
        objective.correction().oldLogProbs(said, sampler),
        sampler,
        rollout.reward(),
        rollout.attributeLogProbs(),
        rollout.oldCritic());
  }

  @Override
  public double weight(ScoredRollouts group) {
    return group.statistics().weight();
  }

  @Override
  public RolloutBatch after(List<ScoredRollouts> batch) {
    return new RolloutBatch(
        objective.after(batch.stream().map(ScoredRollouts::statistics).toList()));
  }

  @Override
  public List<TokenDerivatives> derivatives(ScoredRollouts group) {
    return group.value().completions();
  }
}
