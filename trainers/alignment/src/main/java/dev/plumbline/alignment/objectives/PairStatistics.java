/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import java.util.List;

/**
 * What a pair objective sees of one pair.
 *
 * @param a what the model says about completion a
 * @param b what the model says about completion b
 * @param belief p, the probability that a is better, a tie counting half; in [0, 1]
 * @param tieProb probability that neither is better; at most twice the smaller of p and 1 - p
 * @param weight w, what the pair counts for; at least 0
 * @param batch lengths over the optimizer batch that the pair is in
 */
public record PairStatistics(
    CompletionStatistics a,
    CompletionStatistics b,
    double belief,
    double tieProb,
    double weight,
    BatchShape batch) {

  public PairStatistics {
    Requirements.belief(belief);
    Requirements.tieProb(belief, tieProb);
    Requirements.weight(weight);
  }

  /** A pair without ties that is a batch by itself. */
  public static PairStatistics of(
      CompletionStatistics a, CompletionStatistics b, double belief, double weight) {
    return new PairStatistics(a, b, belief, 0, weight, shape(a, b, belief));
  }

  private static BatchShape shape(CompletionStatistics a, CompletionStatistics b, double belief) {
    return BatchShape.of(List.of(lengths(a, b, belief, 1)));
  }

  static BatchShape.Lengths lengths(
      CompletionStatistics a, CompletionStatistics b, double belief, double weight) {
    return new BatchShape.Lengths(
        a.length(),
        b.length(),
        a.promptLabels() + a.length(),
        b.promptLabels() + b.length(),
        belief,
        weight);
  }

  /** Probability that a is better, not counting ties. */
  public double probABetter() {
    return Math.max(0, belief - tieProb / 2);
  }

  /** Probability that b is better, not counting ties. */
  public double probBBetter() {
    return Math.max(0, 1 - belief - tieProb / 2);
  }

  /** The same pair about other statistics of its completions. */
  PairStatistics about(CompletionStatistics a, CompletionStatistics b) {
    return new PairStatistics(a, b, belief, tieProb, weight, batch);
  }

  /** Returns the same pair with a and b in each other's place. */
  public PairStatistics swapped() {
    return new PairStatistics(b, a, 1 - belief, tieProb, weight, batch);
  }
}
