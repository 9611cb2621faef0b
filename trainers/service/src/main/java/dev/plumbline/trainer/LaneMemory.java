/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import dev.plumbline.alignment.objectives.RewardObjective;
import dev.plumbline.base.artifacts.Artifact;
import dev.plumbline.base.artifacts.ArtifactContent;
import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.events.TrainingExample;
import dev.plumbline.lm.CausalLanguageModel;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The memory of a lane: what learns, at a version. It knows examples and files, no offsets. Dropped
 * and made anew from a version's artifact whenever the lane starts over. Used by one thread.
 */
sealed interface LaneMemory extends AutoCloseable permits PolicyMemory, RewardMemory {

  /** At the base: what changes nothing yet. */
  static LaneMemory atBase(CausalLanguageModel model, LearningSettings settings) {
    return settings.objective() instanceof RewardObjective reward
        ? RewardMemory.atBase(model, settings, reward)
        : PolicyMemory.atBase(model, settings);
  }

  /** Continues from a version, bit by bit. */
  static LaneMemory restore(CausalLanguageModel model, LearningSettings settings, Artifact artifact)
      throws IOException {
    return settings.objective() instanceof RewardObjective reward
        ? RewardMemory.restore(model, settings, reward, artifact)
        : PolicyMemory.restore(model, settings, artifact);
  }

  /** Optimizer steps since the base. */
  long steps();

  /**
   * Learns from a slice: one optimizer step per batch, in the order of the feed, as often as the
   * settings say.
   *
   * @param curriculum what old examples keep of their weight
   * @param stepTaken told after each step how many examples it saw; may throw to stop learning
   * @return metrics of learning, by name; a map of the caller's
   */
  Map<String, Double> learn(Slice slice, Curriculum curriculum, IntConsumer stepTaken);

  /** Metrics on held-out examples, by name. */
  Map<String, Double> score(List<TrainingExample> heldOut);

  /** What an evaluator of policies says of the version that the memory is at, by name. */
  Map<String, Double> evaluate(PolicyEvaluator evaluator, PolicyVersionId version);

  /**
   * The files of the version that the memory is at.
   *
   * @param parentDigest digest of the artifact that was learned on from; null for the base
   * @param metrics of learning, by name
   */
  Map<String, ArtifactContent> artifact(
      @Nullable String parentDigest, Slice slice, Map<String, Double> metrics);

  @Override
  void close();
}
