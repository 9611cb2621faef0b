/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import dev.plumbline.lm.engine.TensorEngine;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Another model as the reference of a pass. Its weights are read in place: they stay as they are
 * from the forward pass to the pull-back.
 *
 * @param revision of the weights when the forward pass began
 */
record OtherModel(TensorEngine engine, ComputeWeights weights, long revision) {

  OtherModel(TensorEngine engine, ComputeWeights weights) {
    this(engine, weights, weights.revision());
  }

  /**
   * Works with the other model held, if there is one: no other thread may enter it meanwhile. The
   * work enters the policy's engine itself, which sets that engine's modes.
   *
   * @throws IllegalStateException when another thread uses the model, or its weights have moved
   */
  static <T> T holding(@Nullable OtherModel other, Supplier<T> work) {
    if (other == null) {
      return work.get();
    }
    return other.engine.compute(
        scope -> {
          other.requireUnmoved();
          return work.get();
        });
  }

  private void requireUnmoved() {
    if (weights.revision() != revision) {
      throw new IllegalStateException(
          "the reference's weights have moved since the forward pass: pull back first");
    }
  }
}
