/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import java.util.List;

/**
 * Completions of one prompt with their rewards.
 *
 * @param exampleId {@link Identity#groupId}
 * @param revision from 1
 * @param policy the policy of the feed
 * @param itemId the prompt
 * @param criterion what was judged
 * @param prompt the prompt's text
 * @param rollouts the completions
 * @param evidence the reward scores it rests on
 */
public record RolloutGroup(
    String exampleId,
    int revision,
    String policy,
    String itemId,
    String criterion,
    Text prompt,
    List<Rollout> rollouts,
    Evidence evidence)
    implements TrainingExample {
  public RolloutGroup {
    rollouts = List.copyOf(rollouts);
  }

  /**
   * One completion with its reward.
   *
   * @param candidate the completion
   * @param tokenIds its tokens as sampled
   * @param tokenLogProbs log-probability of each token when it was sampled, in nats
   * @param reward its reward
   */
  public record Rollout(
      ExampleCandidate candidate,
      List<Integer> tokenIds,
      List<Float> tokenLogProbs,
      double reward) {
    public Rollout {
      tokenIds = List.copyOf(tokenIds);
      tokenLogProbs = List.copyOf(tokenLogProbs);
    }
  }
}
