/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

/** A value of the examples topic: something to learn from, or the end of a slice. */
public sealed interface ExampleRecord permits TrainingExample, Boundary {
  /** Returns the policy whose feed the record belongs to. */
  String policy();
}
