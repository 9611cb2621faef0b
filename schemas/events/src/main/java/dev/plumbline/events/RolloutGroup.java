/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import java.util.List;

/**
 * The completions that one comparison task put up, with their rewards.
 *
 * @param exampleId {@link Identity#groupId}
 * @param revision from 1
 * @param policy the policy of the feed
 * @param itemId the prompt
 * @param criterion what was judged
 * @param prompt the prompt's text
 * @param rollouts the completions, by id
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
   * @param promptLevels as {@link Completion#promptLevels}
   * @param prefixScores the reward of the completion cut after its first 0, 1, ... T of T tokens;
   *     empty where unknown
   * @param reward its reward
   */
  public record Rollout(
      ExampleCandidate candidate,
      List<Integer> tokenIds,
      List<Float> tokenLogProbs,
      List<Integer> promptLevels,
      List<Float> prefixScores,
      double reward) {
    public Rollout {
      tokenIds = List.copyOf(tokenIds);
      tokenLogProbs = List.copyOf(tokenLogProbs);
      promptLevels = List.copyOf(promptLevels);
      prefixScores = List.copyOf(prefixScores);
      Limits.requirePromptLevels(promptLevels, tokenIds.size());
      if (!prefixScores.isEmpty() && prefixScores.size() != tokenIds.size() + 1) {
        throw new IllegalArgumentException(
            "prefixScores must be empty or one more than tokenIds (%d), but had %d"
                .formatted(tokenIds.size(), prefixScores.size()));
      }
    }

    /** A completion without soft prompts, with a reward of its whole text only. */
    public Rollout(
        ExampleCandidate candidate,
        List<Integer> tokenIds,
        List<Float> tokenLogProbs,
        double reward) {
      this(candidate, tokenIds, tokenLogProbs, List.of(), List.of(), reward);
    }
  }
}
