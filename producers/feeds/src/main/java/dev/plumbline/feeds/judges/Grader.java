/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges;

/**
 * A program that grades a completion of a prompt, or the beginning of one; the higher, the better.
 */
@FunctionalInterface
public interface Grader {
  /** The grade, finite; a pure function of the texts. */
  double grade(String prompt, String completion);
}
