/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

/** The floating-point type that a model computes in. */
public enum Precision {
  /** 32 bits: the default. */
  FLOAT32,
  /** 64 bits: for exact checks of gradients and optimizers on small models. */
  FLOAT64
}
