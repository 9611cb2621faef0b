/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement.trust;

/** Why an annotator's votes count nothing. */
public enum Suspicion {
  /** Prefers what is shown at one place, whatever it is. */
  SAME_SIDE,
  /** Prefers by length alone. */
  BY_LENGTH,
  /** Agrees with others no more often than chance would. */
  CHANCE,
  /** Repeats what an earlier speaker said. */
  COPYCAT,
  /** Answers faster than anybody can read. */
  BURST,
  /** Fails on questions whose answer is known. */
  GOLD_FAILED,
  /** Named by an operator. */
  BY_HAND
}
