/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

/**
 * How the learning rate moves over the optimizer's steps: after the warm-up as {@code
 * get_scheduler} of transformers says, which knows these as {@code constant_with_warmup}, {@code
 * linear} and {@code cosine}.
 *
 * <p>In the warm-up of w steps, step s (from 0) has the factor (s + 1) / (w + 1). There
 * transformers has s / w, whose first step moves nothing; without warm-up, and from step w to the
 * end of the schedule, the two are equal.
 */
public sealed interface LearningRateSchedule {

  /** Stays. */
  record Constant() implements LearningRateSchedule {}

  /**
   * (T - s) / (T - w), and 0 from T on.
   *
   * @param totalSteps T, warm-up included
   */
  record Linear(long totalSteps) implements LearningRateSchedule {}

  /**
   * (1 + cos(pi (s - w) / (T - w))) / 2, and 0 from T on, where transformers would rise again.
   *
   * @param totalSteps T, warm-up included
   */
  record Cosine(long totalSteps) implements LearningRateSchedule {}

  /**
   * Share of the largest learning rate that a step uses.
   *
   * @param step s, from 0
   * @param warmupSteps w
   */
  default double factor(long step, int warmupSteps) {
    if (step < warmupSteps) {
      return (step + 1.0) / (warmupSteps + 1.0);
    }
    return switch (this) {
      case Constant() -> 1;
      case Linear(long total) -> step < total ? (double) (total - step) / (total - warmupSteps) : 0;
      case Cosine(long total) ->
          step < total
              ? 0.5 * (1 + Math.cos(Math.PI * (step - warmupSteps) / (total - warmupSteps)))
              : 0;
    };
  }

  /**
   * @throws IllegalArgumentException when the learning rate would be 0 before the warm-up has ended
   */
  default void requireEndsAfter(int warmupSteps) {
    if (end() <= warmupSteps) {
      throw new IllegalArgumentException(
          "max_steps must be more than warmup_steps, but they were %d and %d"
              .formatted(end(), warmupSteps));
    }
  }

  /** The step from which on the learning rate is 0. */
  private long end() {
    return switch (this) {
      case Constant() -> Long.MAX_VALUE;
      case Linear(long total) -> total;
      case Cosine(long total) -> total;
    };
  }
}
