/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import java.util.List;

/**
 * An objective on rollouts: completions of one prompt that a version of the policy sampled, each
 * with its reward.
 *
 * <p>L_i is the loss of one group. A group counts alike however many completions it has; a group
 * whose rewards say nothing has no gradient but that of a penalty.
 */
public non-sealed interface RolloutObjective extends Objective {
  /**
   * Returns one value per group, in order.
   *
   * @param batch the whole optimizer batch, or any part of it if the objective is {@linkplain
   *     BatchUse#SEPARABLE separable}
   */
  List<RolloutValue> evaluate(List<RolloutStatistics> batch);

  /**
   * What there is to learn by after a step on a batch: this objective, unless it is {@linkplain
   * AdaptiveObjective adaptive}.
   */
  default RolloutObjective after(List<RolloutStatistics> batch) {
    return this;
  }

  /** Whether it must be told what a controller said after each token. */
  default boolean needsController() {
    return false;
  }

  /** What it does about completions that other weights sampled. */
  OffPolicyCorrection correction();
}
