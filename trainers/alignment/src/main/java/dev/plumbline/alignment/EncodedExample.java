/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

/** An example in token ids, as an objective of its kind learns from it. */
public sealed interface EncodedExample
    permits EncodedPair, EncodedUnpaired, EncodedRanking, EncodedRolloutGroup {
  /** What it counts for in the loss; at least 0. */
  double weight();
}
