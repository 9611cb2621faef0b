/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import java.util.List;

/**
 * Lengths over a whole optimizer batch, known before anything is computed: what a token mean of the
 * better completions divides by. Means over the pairs, each counting by its weight; the better
 * completion is a with the pair's belief, else b.
 *
 * <p>TRL's token mean over the chosen rows of a batch, sum_i NLL_i / sum_i T_i, is the mean over
 * pairs of NLL_i / (mean of T): so written, a pair's share needs no other pair's statistics, and
 * its weight remains a multiplicity.
 *
 * @param meanCompletionLength of the better completions, in (weighted) tokens
 * @param meanRowLabels of the better completions with their prompts, in labels
 */
public record BatchShape(double meanCompletionLength, double meanRowLabels) {

  /** The lengths of one pair. */
  public record Lengths(
      double completionA,
      double completionB,
      double rowA,
      double rowB,
      double belief,
      double weight) {}

  /** The shape of a batch; of one without weight, as if all weights were 1. */
  public static BatchShape of(List<Lengths> pairs) {
    double weights = 0;
    for (Lengths pair : pairs) {
      weights += pair.weight();
    }
    double completions = 0;
    double rows = 0;
    double count = 0;
    for (Lengths pair : pairs) {
      double weight = weights == 0 ? 1 : pair.weight();
      double p = pair.belief();
      completions += weight * (p * pair.completionA() + (1 - p) * pair.completionB());
      rows += weight * (p * pair.rowA() + (1 - p) * pair.rowB());
      count += weight;
    }
    return new BatchShape(completions / count, rows / count);
  }
}
