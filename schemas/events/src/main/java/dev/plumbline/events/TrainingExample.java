/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

/**
 * What streams emit and trainers learn from. Self-contained: a trainer joins nothing. A later
 * revision of the same id replaces the earlier ones.
 */
public sealed interface TrainingExample extends ExampleRecord
    permits PreferencePair, UnpairedExample, RankedGroup, RolloutGroup {
  /** Returns the deterministic id; see {@link Identity}. */
  String exampleId();

  /** Returns the item it is about. */
  String itemId();

  /** Returns which revision of the id this is, from 1, strictly increasing within a feed. */
  int revision();

  /** Returns what it rests on. */
  Evidence evidence();

  /** Returns whether it may be learned from or is only scored. */
  default Split split() {
    return Split.of(itemId());
  }
}
