/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import dev.plumbline.alignment.VersionDistance;
import dev.plumbline.alignment.objectives.ListObjective;
import dev.plumbline.alignment.objectives.Objective;
import dev.plumbline.alignment.objectives.PairObjective;
import dev.plumbline.alignment.objectives.RolloutObjective;
import dev.plumbline.alignment.objectives.UnpairedObjective;
import dev.plumbline.events.ExampleCandidate;
import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.events.PreferencePair;
import dev.plumbline.events.RankedGroup;
import dev.plumbline.events.RolloutGroup;
import dev.plumbline.events.Text;
import dev.plumbline.events.TrainingExample;
import dev.plumbline.events.UnpairedExample;
import java.util.List;

/**
 * Which examples of a feed a lane learns from: those of the kind that its objective takes, that it
 * can read, and that are not too old. A function of the example and the version that is learned on,
 * never of the clock.
 *
 * @param objective what is learned by
 * @param staleness what becomes of examples by older versions
 * @param parent the version that is learned on
 */
record Curriculum(Objective objective, VersionDistance staleness, PolicyVersionId parent) {

  /** Whether the objective learns from examples like this one, and all its texts can be read. */
  boolean takes(TrainingExample example) {
    return isOfItsKind(example) && isReadable(example);
  }

  /** Whether a held-out example is scored: any pair that the objective can score. */
  boolean scores(TrainingExample example) {
    return switch (objective) {
      case PairObjective pairs -> takes(example);
      case UnpairedObjective unpaired -> scoresBeside(example);
      case ListObjective lists -> scoresBeside(example);
      case RolloutObjective rollouts -> scoresBeside(example);
    };
  }

  private boolean scoresBeside(TrainingExample example) {
    return example instanceof PreferencePair ? isReadable(example) : takes(example);
  }

  /** Whether the example is by versions too old to be learned from. */
  boolean parks(TrainingExample example) {
    return switch (staleness.judge(distance(example))) {
      case VersionDistance.Verdict.Park park -> true;
      case VersionDistance.Verdict.Learn learn -> false;
    };
  }

  /** What the example keeps of its weight. */
  double factor(TrainingExample example) {
    return switch (staleness.judge(distance(example))) {
      case VersionDistance.Verdict.Park park -> 0;
      case VersionDistance.Verdict.Learn learn -> learn.factor();
    };
  }

  private boolean isOfItsKind(TrainingExample example) {
    return switch (objective) {
      case PairObjective pairs ->
          example instanceof PreferencePair pair
              && pairs.takes(Origins.of(pair.a()), Origins.of(pair.b()));
      case UnpairedObjective unpaired -> example instanceof UnpairedExample;
      case ListObjective lists -> example instanceof RankedGroup;
      case RolloutObjective rollouts -> example instanceof RolloutGroup group && isSampled(group);
    };
  }

  /** Whether every completion came with its tokens and what the sampler said of them. */
  private static boolean isSampled(RolloutGroup group) {
    return !group.rollouts().isEmpty()
        && group.rollouts().stream()
            .allMatch(
                rollout ->
                    !rollout.tokenIds().isEmpty()
                        && rollout.tokenIds().size() == rollout.tokenLogProbs().size());
  }

  /** Versions of the lane's own policy between the example's oldest completion and the parent. */
  private long distance(TrainingExample example) {
    long distance = 0;
    for (ExampleCandidate candidate : candidates(example)) {
      PolicyVersionId version = candidate.version();
      if (version != null && version.policy().equals(parent.policy())) {
        distance = Math.max(distance, parent.number() - version.number());
      }
    }
    return distance;
  }

  /** Whether all its texts can be read: a lane holds no keys. */
  private static boolean isReadable(TrainingExample example) {
    return prompt(example) instanceof Text.Plain
        && candidates(example).stream()
            .allMatch(candidate -> candidate.text() instanceof Text.Plain);
  }

  private static Text prompt(TrainingExample example) {
    return switch (example) {
      case PreferencePair pair -> pair.prompt();
      case UnpairedExample unpaired -> unpaired.prompt();
      case RankedGroup group -> group.prompt();
      case RolloutGroup group -> group.prompt();
    };
  }

  private static List<ExampleCandidate> candidates(TrainingExample example) {
    return switch (example) {
      case PreferencePair pair -> List.of(pair.a(), pair.b());
      case UnpairedExample unpaired -> List.of(unpaired.candidate());
      case RankedGroup group -> group.candidates();
      case RolloutGroup group ->
          group.rollouts().stream().map(RolloutGroup.Rollout::candidate).toList();
    };
  }
}
