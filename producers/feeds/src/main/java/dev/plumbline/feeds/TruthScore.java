/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

/**
 * The graded attribute that simulated annotators judge by: an exact, pure function of the texts.
 * The higher, the better.
 */
@FunctionalInterface
public interface TruthScore {
  /** The grade of a completion of a prompt. */
  double score(String prompt, String completion);
}
