/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.family;

/**
 * A linear module that an adapter can target.
 *
 * @param in width of its input
 * @param out width of its output
 * @param bias whether it has one
 * @param transposed whether its weight is stored [in, out] (GPT-2's Conv1D) instead of [out, in]
 */
public record LinearModule(long in, long out, boolean bias, boolean transposed) {

  /** Dimensions of the stored weight. */
  public long[] weightShape() {
    return transposed ? new long[] {in, out} : new long[] {out, in};
  }
}
