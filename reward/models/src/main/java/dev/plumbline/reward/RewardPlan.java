/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward;

import dev.plumbline.lm.AdamWConfig;
import dev.plumbline.lm.LoraConfig;
import org.jspecify.annotations.Nullable;

/**
 * What one reward model learns by, whoever's settings said so: those of a file's run ({@link
 * RewardRecipe#plan}) or those of a lane.
 *
 * @param loss of a batch
 * @param adamW the optimizer's settings
 * @param lora of the adapter below the head; null: the head alone, on the model as it is
 * @param batchSize N of the loss: pairs per optimizer step
 * @param pairsAtOnce pairs in memory at once
 * @param seed of the first weights and of dropout
 */
public record RewardPlan(
    BradleyTerryLoss loss,
    AdamWConfig adamW,
    @Nullable LoraConfig lora,
    int batchSize,
    int pairsAtOnce,
    long seed) {

  public RewardPlan {
    if (pairsAtOnce < 1 || batchSize < pairsAtOnce) {
      throw new IllegalArgumentException(
          "a batch holds at least the pairs in memory at once, and those are at least 1, but they were %d and %d"
              .formatted(batchSize, pairsAtOnce));
    }
  }
}
