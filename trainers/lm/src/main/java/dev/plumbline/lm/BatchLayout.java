/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

/**
 * How the tokens of a batch lie in memory. All layouts compute the same function; they differ in
 * the work they waste, and in the last bits.
 */
public enum BatchLayout {
  /** One rectangle as wide as the longest row, padding on the right. */
  PADDED,
  /** One rectangle as wide as the longest row, padding on the left. */
  PADDED_LEFT,
  /** Rows sorted by length into a few rectangles with little padding each. */
  BUCKETED,
  /** No padding: rows lie one after the other. */
  PACKED,
  /** As {@link #PACKED}, and a prompt that several rows begin with is computed once. */
  PREFIX_SHARED
}
