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

  /**
   * The best rewarded completion against the worst, as online DPO learns from them: the first of
   * those with the largest reward is a, the first with the smallest b. Where all rewards are equal,
   * it is a tie of the first and the last.
   */
  public EncodedPair bestAgainstWorst() {
    if (rollouts.size() < 2) {
      throw new IllegalArgumentException(
          "a pair needs a group of at least 2 completions, but it had " + rollouts.size());
    }
    EncodedRollout best = rollouts.getFirst();
    EncodedRollout worst = rollouts.getFirst();
    for (EncodedRollout rollout : rollouts) {
      best = rollout.reward() > best.reward() ? rollout : best;
      worst = rollout.reward() < worst.reward() ? rollout : worst;
    }
    boolean isTied = best.reward() == worst.reward();
    EncodedRollout other = isTied ? rollouts.getLast() : worst;
    return new EncodedPair(
        best.completion().sampled(best.samplerLogProbs()),
        other.completion().sampled(other.samplerLogProbs()),
        isTied ? 0.5 : 1,
        isTied ? 1 : 0,
        weight);
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
