/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement;

/** What one annotator's vote says about the difference of two candidates, a and b. */
public enum PairVerdict {
  /** a is better. */
  A_BETTER,
  /** b is better. */
  B_BETTER,
  /** Both are equally good. */
  TIE
}
