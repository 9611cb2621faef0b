/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import dev.plumbline.lm.engine.ComputeDevice;

/**
 * How the tensor engine computes.
 *
 * @param threads libtorch threads used by each call (parts of libtorch share one count per process:
 *     give all models of a process the same); part of the {@link EngineFingerprint}, because
 *     results of 1 and 2 threads differ in their last bits
 * @param device where the arrays live: {@code cpu}, {@code cuda} or {@code cuda:N}
 * @param precision floating-point type of weights and activations
 */
public record EngineOptions(int threads, String device, Precision precision) {

  public EngineOptions {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, but was " + threads);
    }
    device = ComputeDevice.parse(device).toString();
  }

  public EngineOptions(int threads, String device) {
    this(threads, device, Precision.FLOAT32);
  }

  /** One thread, CPU, 32-bit floats. */
  public static EngineOptions defaults() {
    return new EngineOptions(1, "cpu");
  }
}
