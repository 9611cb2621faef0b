/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

/** A verdict on one candidate alone. */
public enum Thumb {
  /** Desirable. */
  UP,
  /** Undesirable. */
  DOWN
}
