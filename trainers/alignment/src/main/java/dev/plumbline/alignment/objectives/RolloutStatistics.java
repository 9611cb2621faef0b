/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import java.util.List;

/**
 * What a rollout objective sees of one group.
 *
 * @param rollouts completions of one prompt; at least 1
 * @param weight w, what the group counts for; at least 0
 * @param batch what is known of the whole optimizer batch
 */
public record RolloutStatistics(List<RolloutSample> rollouts, double weight, RolloutShape batch) {
  public RolloutStatistics {
    rollouts = List.copyOf(rollouts);
    if (rollouts.isEmpty()) {
      throw new IllegalArgumentException("a group needs at least 1 completion, but had none");
    }
    Requirements.weight(weight);
  }

  /** The reward of each completion. */
  public double[] rewards() {
    return rollouts.stream().mapToDouble(RolloutSample::reward).toArray();
  }
}
