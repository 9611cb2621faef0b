/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import java.util.Map;

/**
 * An objective that adjusts itself: after each optimizer step it is another one, of the same kind.
 * It is a value as every objective; what it has become belongs to the commit of who learns by it.
 */
public interface AdaptiveObjective {
  /** What it has become, as canonical text: equal objectives have equal texts. */
  String state();

  /**
   * The same objective as it had become.
   *
   * @param state that {@link #state} gave
   * @throws IllegalArgumentException when it is none
   */
  Objective at(String state);

  /** What it has become, by name, for people to read. */
  Map<String, Double> metrics();
}
