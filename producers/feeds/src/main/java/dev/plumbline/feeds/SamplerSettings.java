/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import dev.plumbline.base.settings.Setting;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Settings of {@link Sampler}. */
public record SamplerSettings(
    @Setting(doc = "The policy that answers.", defaultValue = "assistant") String policy,
    @Setting(
            doc = "Prompts answered in one transaction.",
            defaultValue = "8",
            min = "1",
            max = "1000")
        int batchPrompts,
    @Setting(
            doc =
                "Completions put up for judgement per prompt; fewer, but two at least, where not so many differ. Of rollouts always so many, alike or not.",
            defaultValue = "2",
            min = "2",
            max = "16")
        int completionsPerPrompt,
    @Setting(
            doc =
                "Completions drawn for a prompt at most, until enough differ; rollouts are drawn once each.",
            defaultValue = "4",
            min = "2",
            max = "100")
        int maxDraws,
    @Setting(doc = "Longest completion in tokens.", defaultValue = "64", min = "1", max = "16384")
        int maxNewTokens,
    @Setting(
            doc = "Logits are divided by it; the higher, the more varied.",
            defaultValue = "1.0",
            min = "0.01",
            max = "10")
        double temperature,
    @Setting(doc = "Keeps the k most probable tokens; 0 keeps all.", defaultValue = "0", min = "0")
        int topK,
    @Setting(
            doc = "Keeps the most probable tokens whose mass reaches p.",
            defaultValue = "1.0",
            min = "0.01",
            max = "1")
        double topP,
    @Setting(doc = "Seed of the sampling noise.", defaultValue = "1") long seed,
    @Setting(
            doc =
                "Most probable tokens that a controller is asked about before each token, of a version that speaks under one.",
            defaultValue = "20",
            min = "1")
        int controlCandidates,
    @Setting(
            doc =
                "The kind of example that the policy is learned from, which is what back-pressure counts.",
            defaultValue = "pair")
        ExampleKind exampleKind,
    @Setting(
            doc = "Examples that the trainer learns one version from: the unit of back-pressure.",
            defaultValue = "64",
            min = "1")
        int examplesPerVersion,
    @Setting(
            doc =
                "Versions' worth of examples generated but not yet learned that it never exceeds. Rollouts scored in order are learned at a version distance of one less at most.",
            defaultValue = "2",
            min = "2",
            max = "1000")
        int versionsAhead,
    @Setting(
            doc =
                "A task without an example for so long does not hold the sampler up any more; of rollouts, one more is put up after each such time.",
            defaultValue = "10m",
            min = "1s")
        Duration taskPatience,
    @Setting(doc = "Votes that a task asks for; the streams' default where not set.", min = "1")
        @Nullable Integer quorum,
    @Setting(
            doc =
                "Accepted time that a task waits for its quorum; the streams' default where not set.",
            min = "1s")
        @Nullable Duration timeLimit) {

  public SamplerSettings {
    if (exampleKind == ExampleKind.ROLLOUT) {
      if (!drawsFromThePolicyItself(temperature, topK, topP)) {
        throw new IllegalArgumentException(
            "example_kind rollout needs draws from the policy itself, with temperature 1, top_k 0 and top_p 1, but they were %s, %d and %s"
                .formatted(temperature, topK, topP));
      }
    } else if (maxDraws < completionsPerPrompt) {
      throw new IllegalArgumentException(
          "max_draws must be at least completions_per_prompt (%d), but was %d"
              .formatted(completionsPerPrompt, maxDraws));
    }
  }

  /** Whether a token's log-probability under the policy is also the one that it is drawn with. */
  boolean drawsFromThePolicyItself() {
    return drawsFromThePolicyItself(temperature, topK, topP);
  }

  private static boolean drawsFromThePolicyItself(double temperature, int topK, double topP) {
    return temperature == 1 && topK == 0 && topP == 1;
  }
}
