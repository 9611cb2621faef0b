/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import dev.plumbline.lm.LearningRateSchedule;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Learning-rate schedules, under the names that transformers gives them. */
public enum LrSchedulerType {
  /** Stays from the first step on. */
  CONSTANT,
  /** Stays after the warm-up: what a lane without an end needs. */
  CONSTANT_WITH_WARMUP,
  /** Falls to 0 on a line. */
  LINEAR,
  /** Falls to 0 as half a cosine. */
  COSINE;

  /** Whether it ends: a lane needs to be told where. */
  public boolean falls() {
    return switch (this) {
      case CONSTANT, CONSTANT_WITH_WARMUP -> false;
      case LINEAR, COSINE -> true;
    };
  }

  /**
   * @param maxSteps optimizer steps after which a falling learning rate is 0
   * @throws IllegalArgumentException when the schedule needs an end and has none
   */
  LearningRateSchedule schedule(@Nullable Integer maxSteps) {
    return switch (this) {
      case CONSTANT, CONSTANT_WITH_WARMUP -> new LearningRateSchedule.Constant();
      case LINEAR -> new LearningRateSchedule.Linear(required(maxSteps));
      case COSINE -> new LearningRateSchedule.Cosine(required(maxSteps));
    };
  }

  private int required(@Nullable Integer maxSteps) {
    if (maxSteps == null) {
      throw new IllegalArgumentException(
          "max_steps must be given with lr_scheduler_type %s, which falls to 0 there"
              .formatted(name().toLowerCase(Locale.ROOT)));
    }
    return maxSteps;
  }
}
