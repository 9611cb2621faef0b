/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import java.util.List;

/**
 * What a scalar head reads at each token of each row of a batch: a reward model's score of the row
 * is the last one, a value head's estimate of what follows is every one. Immutable; no native
 * memory.
 */
public final class TokenScores {
  private final List<TokenRow> rows;
  private final double[][] values;

  /**
   * @param values per row, per token: after {@code ids[0..t]}
   */
  TokenScores(List<TokenRow> rows, double[][] values) {
    this.rows = List.copyOf(rows);
    this.values = values;
  }

  /** The rows that were scored, in order. */
  public List<TokenRow> rows() {
    return rows;
  }

  /** The head's number after token {@code t} of the row. */
  public double value(int row, int t) {
    return values[row][t];
  }

  /** The head's numbers after each token of the row: prompt and completion. */
  public double[] values(int row) {
    return values[row].clone();
  }

  /** The row's score: the head's number after its last token. */
  public double last(int row) {
    return values[row][values[row].length - 1];
  }

  /** The score of each row. */
  public double[] last() {
    double[] last = new double[values.length];
    for (int row = 0; row < last.length; row++) {
      last[row] = last(row);
    }
    return last;
  }
}
