/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.trust;

/** How an account of the spam farm answers. */
enum Behaviour {
  /** Prefers what is shown first. */
  ALWAYS_LEFT,
  /** Prefers the longer text. */
  ALWAYS_LONGER,
  /** Flips a coin. */
  RANDOM,
  /** Repeats the last answer that was given. */
  COPYCAT,
  /** Flips a coin, many times within a minute, every third epoch. */
  BURST
}
