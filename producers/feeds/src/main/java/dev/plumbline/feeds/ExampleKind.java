/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import dev.plumbline.events.PreferencePair;
import dev.plumbline.events.RankedGroup;
import dev.plumbline.events.RolloutGroup;
import dev.plumbline.events.TrainingExample;
import dev.plumbline.events.UnpairedExample;

/** The kind of example that a policy is learned from. */
public enum ExampleKind {
  /** Preference pairs, from comparisons. */
  PAIR,
  /** Unpaired examples, from thumbs. */
  UNPAIRED,
  /** Ranked groups, from rankings. */
  RANKING,
  /** Rollout groups, from rewards of completions as they were sampled. */
  ROLLOUT;

  boolean holds(TrainingExample example) {
    return switch (example) {
      case PreferencePair pair -> this == PAIR;
      case UnpairedExample one -> this == UNPAIRED;
      case RankedGroup group -> this == RANKING;
      case RolloutGroup group -> this == ROLLOUT;
    };
  }
}
