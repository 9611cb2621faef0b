/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import dev.plumbline.alignment.VersionDistance;
import dev.plumbline.alignment.objectives.CompletionOrigin;
import dev.plumbline.alignment.objectives.ListObjective;
import dev.plumbline.alignment.objectives.Objective;
import dev.plumbline.alignment.objectives.PairObjective;
import dev.plumbline.alignment.objectives.RewardObjective;
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
import dev.plumbline.trainer.LearningSettings.PairSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which examples of a feed a lane learns from: those of the kind that its objective takes, that it
 * can read, and that are not too old. A function of the example and the version that is learned on,
 * never of the clock.
 *
 * @param objective what is learned by
 * @param pairs what pairs are made of, where it learns from pairs
 * @param staleness what becomes of examples by older versions
 * @param parent the version that is learned on
 * @param ownPolicies whose versions count as the lane's own: its policy, and what that was rebuilt
 *     from
 * @param promptLevels levels of soft prompts that the policy has, level 0, which is none, among
 *     them
 */
record Curriculum(
    Objective objective,
    PairSource pairs,
    VersionDistance staleness,
    PolicyVersionId parent,
    Set<String> ownPolicies,
    int promptLevels) {

  /** Of a policy without soft prompts, pairs being comparisons. */
  Curriculum(Objective objective, VersionDistance staleness, PolicyVersionId parent) {
    this(objective, PairSource.COMPARISONS, staleness, parent, Set.of(parent.policy()), 1);
  }

  /** Of a policy that was not rebuilt from another. */
  Curriculum(
      Objective objective,
      PairSource pairs,
      VersionDistance staleness,
      PolicyVersionId parent,
      int promptLevels) {
    this(objective, pairs, staleness, parent, Set.of(parent.policy()), promptLevels);
  }

  /**
   * As a lane learns.
   *
   * @param rebuiltFrom the policies that the lane's was rebuilt from
   */
  static Curriculum of(
      LearningSettings learning, PolicyVersionId parent, Collection<String> rebuiltFrom) {
    Set<String> own = new HashSet<>(rebuiltFrom);
    own.add(parent.policy());
    return new Curriculum(
        learning.objective(),
        learning.pairsFrom(),
        learning.staleness(),
        parent,
        Set.copyOf(own),
        learning.recipe().promptLevels());
  }

  /** Whether the objective learns from examples like this one, and all its texts can be read. */
  boolean takes(TrainingExample example) {
    return unusable(example).isEmpty();
  }

  /** Why the example can't be learned from, if it can't. */
  Optional<Unusable> unusable(TrainingExample example) {
    Optional<Unusable> ofItsKind =
        switch (objective) {
          case PairObjective on ->
              switch (pairs) {
                case COMPARISONS ->
                    example instanceof PreferencePair pair
                        ? unlessTrue(
                            on.takes(Origins.of(pair.a()), Origins.of(pair.b())),
                            Unusable.OTHER_ORIGIN)
                        : Optional.of(Unusable.OTHER_KIND);
                case ROLLOUTS ->
                    example instanceof RolloutGroup group && group.rollouts().size() > 1
                        ? unusable(on, group)
                        : Optional.of(Unusable.OTHER_KIND);
              };
          case UnpairedObjective unpaired ->
              unlessTrue(example instanceof UnpairedExample, Unusable.OTHER_KIND);
          case ListObjective lists ->
              unlessTrue(example instanceof RankedGroup, Unusable.OTHER_KIND);
          case RolloutObjective rollouts ->
              example instanceof RolloutGroup group
                  ? unusable(rollouts, group)
                  : Optional.of(Unusable.OTHER_KIND);
          case RewardObjective reward ->
              unlessTrue(example instanceof PreferencePair, Unusable.OTHER_KIND);
        };
    return ofItsKind
        .or(() -> unlessTrue(isOfText(example), Unusable.NO_TEXT))
        .or(() -> unlessTrue(isReadable(example), Unusable.SEALED));
  }

  private static Optional<Unusable> unusable(PairObjective pairs, RolloutGroup group) {
    if (!isSampled(group)) {
      return Optional.of(Unusable.NO_SAMPLED_TOKENS);
    }
    // Whoever of a group is best or worst, the policy wrote it.
    return unlessTrue(
        pairs.takes(CompletionOrigin.POLICY, CompletionOrigin.POLICY), Unusable.OTHER_ORIGIN);
  }

  private Optional<Unusable> unusable(RolloutObjective rollouts, RolloutGroup group) {
    if (!isSampled(group)) {
      return Optional.of(Unusable.NO_SAMPLED_TOKENS);
    } else if (rollouts.needsController() && !isControlled(group)) {
      return Optional.of(Unusable.NO_PREFIX_SCORES);
    }
    // A policy without prompts learns from what prompts of another one made it say.
    return unlessTrue(
        promptLevels == 1
            || group.rollouts().stream()
                .flatMap(rollout -> rollout.promptLevels().stream())
                .allMatch(level -> level < promptLevels),
        Unusable.UNKNOWN_PROMPT_LEVEL);
  }

  private static boolean isOfText(TrainingExample example) {
    return !(example instanceof PreferencePair pair)
        || (pair.a().segment() == null && pair.b().segment() == null);
  }

  private static Optional<Unusable> unlessTrue(boolean condition, Unusable reason) {
    return condition ? Optional.empty() : Optional.of(reason);
  }

  /** Whether a held-out example is scored: any pair that the objective can score. */
  boolean scores(TrainingExample example) {
    return switch (objective) {
      case PairObjective on -> isComparable(on, example) || takes(example);
      case UnpairedObjective unpaired -> scoresBeside(example);
      case ListObjective lists -> scoresBeside(example);
      case RolloutObjective rollouts -> scoresBeside(example);
      case RewardObjective reward -> takes(example);
    };
  }

  private static boolean isComparable(PairObjective objective, TrainingExample example) {
    return example instanceof PreferencePair pair
        && objective.takes(Origins.of(pair.a()), Origins.of(pair.b()))
        && isOfText(example)
        && isReadable(example);
  }

  private boolean scoresBeside(TrainingExample example) {
    return example instanceof PreferencePair
        ? isOfText(example) && isReadable(example)
        : takes(example);
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

  /** Whether every completion came with its tokens and what the sampler said of them. */
  private static boolean isSampled(RolloutGroup group) {
    return !group.rollouts().isEmpty()
        && group.rollouts().stream()
            .allMatch(
                rollout ->
                    !rollout.tokenIds().isEmpty()
                        && rollout.tokenIds().size() == rollout.tokenLogProbs().size());
  }

  /** Whether every completion came with log C of each of its prefixes: finite and at most 0. */
  private static boolean isControlled(RolloutGroup group) {
    return group.rollouts().stream()
        .allMatch(
            rollout ->
                !rollout.prefixScores().isEmpty()
                    && rollout.prefixScores().stream()
                        .allMatch(score -> score <= 0 && Float.isFinite(score)));
  }

  /** Versions of the lane's own policy between the example's oldest completion and the parent. */
  private long distance(TrainingExample example) {
    long distance = 0;
    for (ExampleCandidate candidate : candidates(example)) {
      PolicyVersionId version = candidate.version();
      if (version != null && ownPolicies.contains(version.policy())) {
        distance = Math.max(distance, parent.number() - version.number());
      }
    }
    return distance;
  }

  /** Whether all its texts can be read: those whose keys were at hand have been opened. */
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
