/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import dev.plumbline.lm.LabelScope;
import dev.plumbline.lm.Statistic;
import java.util.Set;

/**
 * A loss to learn from judgements, as a pure function of what the model says about tokens. One
 * permitted type for each shape of training example that a policy learns from, and one for reward
 * models.
 *
 * <p>A batch's loss is {@code (1/N) sum_i w_i L_i} with N the configured batch size, so that a low
 * weight really weakens an example. The objective gives L_i and its derivatives, the weight is
 * applied outside. A weight is a multiplicity: 0 is as if the example were not there, 2 as if it
 * were there twice.
 */
public sealed interface Objective
    permits PairObjective, UnpairedObjective, ListObjective, RolloutObjective, RewardObjective {
  /** The name by which version records say what was learned with, for example {@code dpo}. */
  String name();

  /** What it must be told about each token. Nothing that it doesn't need is computed. */
  Set<Statistic> statistics();

  /** Whether the reference runs at all. */
  default boolean needsReference() {
    return statistics().stream().anyMatch(Statistic::needsReference);
  }

  /** Whether a value head says, and learns, what is to be expected before each token. */
  default boolean needsCritic() {
    return false;
  }

  /** Which labels of a row it must be told about. */
  default LabelScope labels() {
    return LabelScope.COMPLETION;
  }

  /** How much of an optimizer batch it must see at once. */
  BatchUse batchUse();
}
