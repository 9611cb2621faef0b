/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import dev.plumbline.alignment.objectives.Requirements;
import dev.plumbline.alignment.objectives.RolloutShape;
import java.util.ArrayList;
import java.util.List;

/**
 * Completions of one prompt with their rewards, in token ids.
 *
 * @param rollouts the completions; at least 1
 * @param weight what the group counts for in the loss; at least 0
 */
public record EncodedRolloutGroup(List<EncodedRollout> rollouts, double weight)
    implements EncodedExample {
  public EncodedRolloutGroup {
    rollouts = List.copyOf(rollouts);
    if (rollouts.isEmpty()) {
      throw new IllegalArgumentException("a group needs at least 1 completion, but had none");
    }
    Requirements.weight(weight);
  }

  /** The same with what a critic says of each completion before anything is learned. */
  EncodedRolloutGroup criticised(List<double[]> oldCritic) {
    List<EncodedRollout> criticised = new ArrayList<>();
    for (int r = 0; r < rollouts.size(); r++) {
      criticised.add(rollouts.get(r).criticised(oldCritic.get(r)));
    }
    return new EncodedRolloutGroup(criticised, weight);
  }

  RolloutShape.Group shape() {
    double tokens = 0;
    for (EncodedRollout rollout : rollouts) {
      tokens += rollout.completion().completionLength();
    }
    return new RolloutShape.Group(
        tokens, rollouts.stream().map(EncodedRollout::reward).toList(), weight);
  }
}
