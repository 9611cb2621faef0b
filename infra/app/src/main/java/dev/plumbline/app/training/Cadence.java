/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.training;

/** How often something is done between start and end of a run. */
enum Cadence {
  NO,
  STEPS,
  EPOCH;

  /**
   * Whether it is due after a step.
   *
   * @param step counted from 1
   * @param every steps between two times, for {@link #STEPS}
   * @param stepsPerEpoch of the run
   */
  boolean isDue(long step, int every, long stepsPerEpoch) {
    return switch (this) {
      case NO -> false;
      case STEPS -> step % every == 0;
      case EPOCH -> step % stepsPerEpoch == 0;
    };
  }
}
