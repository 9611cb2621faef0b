/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import java.util.List;

/**
 * What the model says about each label of each row of a batch. Log-probabilities are in nats.
 * Immutable; no native memory.
 */
public final class TokenStatistics {
  private final List<TokenRow> rows;
  private final double[][] logProbs;

  /**
   * @param rows the batch
   * @param logProbs per row, per label: log-probability of {@code ids[t + 1]} given {@code
   *     ids[0..t]}
   */
  public TokenStatistics(List<TokenRow> rows, double[][] logProbs) {
    if (rows.size() != logProbs.length) {
      throw new IllegalArgumentException(
          "one array of log-probabilities per row expected, but %d rows had %d"
              .formatted(rows.size(), logProbs.length));
    }
    this.rows = List.copyOf(rows);
    this.logProbs = new double[logProbs.length][];
    for (int row = 0; row < logProbs.length; row++) {
      if (logProbs[row].length != rows.get(row).labels()) {
        throw new IllegalArgumentException(
            "row %d has %d labels, but %d log-probabilities"
                .formatted(row, rows.get(row).labels(), logProbs[row].length));
      }
      this.logProbs[row] = logProbs[row].clone();
    }
  }

  /** The rows that were scored, in order. */
  public List<TokenRow> rows() {
    return rows;
  }

  /** Log-probability of label {@code t} of the row, that is of its token {@code t + 1}. */
  public double logProb(int row, int t) {
    return logProbs[row][t];
  }

  /** Log-probabilities of all labels of the row: prompt and completion. */
  public double[] logProbs(int row) {
    return logProbs[row].clone();
  }

  /** Per label of the row, whether it is a completion token. */
  public boolean[] completionMask(int row) {
    boolean[] mask = new boolean[logProbs[row].length];
    for (int t = 0; t < mask.length; t++) {
      mask[t] = rows.get(row).isCompletionLabel(t);
    }
    return mask;
  }

  /** Log-probability of the row's completion given its prompt: the sum over completion tokens. */
  public double completionLogProb(int row) {
    double sum = 0;
    for (int t = rows.get(row).completionStart() - 1; t < logProbs[row].length; t++) {
      sum += logProbs[row][t];
    }
    return sum;
  }

  /** Number of completion tokens of the row; never 0. */
  public int completionTokens(int row) {
    return rows.get(row).completionTokens();
  }
}
