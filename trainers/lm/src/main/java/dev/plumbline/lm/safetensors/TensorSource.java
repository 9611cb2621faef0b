/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.safetensors;

/**
 * A tensor that may not be in memory yet: its type and dimensions are known, its values are made
 * when asked for. So files larger than memory are written one tensor at a time.
 */
public interface TensorSource {

  ElementType type();

  long[] shape();

  /** The values, of this type and these dimensions. */
  TensorData read();
}
