/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.training;

import dev.plumbline.app.models.InputException;

/**
 * How many optimizer steps a run has.
 *
 * @param perEpoch of one pass over the examples
 * @param total of the run
 */
record StepCount(long perEpoch, long total) {

  /**
   * Counts: {@code max_steps} where it is set, else those of all epochs.
   *
   * @throws InputException when an epoch has no batch
   */
  static StepCount of(TrainSettings settings, int examples) {
    int batchSize = settings.recipe().batchSize();
    int perEpoch =
        settings.dataloaderDropLast() ? examples / batchSize : Math.ceilDiv(examples, batchSize);
    if (perEpoch == 0) {
      throw new InputException(
          "dataloader_drop_last",
          "%d examples are no whole batch of %d, so nothing would be learned"
              .formatted(examples, batchSize));
    }
    Integer maxSteps = settings.recipe().maxSteps();
    return new StepCount(
        perEpoch,
        maxSteps != null ? maxSteps : (long) perEpoch * settings.recipe().numTrainEpochs());
  }

  /** Passes over the examples after a step, in parts of one. */
  double epochs(long step) {
    return (double) step / perEpoch;
  }
}
