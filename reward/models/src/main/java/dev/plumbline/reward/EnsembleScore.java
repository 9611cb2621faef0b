/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward;

/**
 * What several reward models say of one text.
 *
 * @param mean of their scores
 * @param spread their standard deviation around it (of these members, not an estimate for others);
 *     0 for one alone
 * @param least the lowest, for whom the worst case counts (arXiv 2310.02743)
 */
public record EnsembleScore(double mean, double spread, double least) {

  /**
   * @param scores one per member
   */
  public static EnsembleScore of(double... scores) {
    if (scores.length == 0) {
      throw new IllegalArgumentException("an ensemble needs at least one member's score");
    }
    double sum = 0;
    double least = Double.POSITIVE_INFINITY;
    for (double score : scores) {
      sum += score;
      least = Math.min(least, score);
    }
    double mean = sum / scores.length;
    double squares = 0;
    for (double score : scores) {
      squares += (score - mean) * (score - mean);
    }
    return new EnsembleScore(mean, Math.sqrt(squares / scores.length), least);
  }

  /**
   * The mean less what disagreement costs (arXiv 2310.02743, uncertainty-weighted optimization).
   *
   * @param penalty lambda, per unit of variance; at least 0
   */
  public double cautious(double penalty) {
    return mean - penalty * spread * spread;
  }
}
