/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

/**
 * A loss to learn from judgements, as a pure function of what the model says about tokens. One
 * permitted interface for each shape of training example.
 */
public sealed interface Objective permits PairObjective {
  /** The name by which version records say what was learned with, for example {@code dpo}. */
  String name();
}
