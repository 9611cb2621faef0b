/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the model says about each label of each row of a batch. Log-probabilities, entropies and
 * divergences are in nats. Immutable; no native memory.
 */
public final class TokenStatistics {
  private final List<TokenRow> rows;
  private final Map<Statistic, double[][]> values;

  /**
   * @param rows the batch
   * @param values per statistic, per row, per label: about {@code ids[t + 1]} given {@code
   *     ids[0..t]}; NaN where a label was not asked about
   */
  public TokenStatistics(List<TokenRow> rows, Map<Statistic, double[][]> values) {
    this.rows = List.copyOf(rows);
    this.values = new EnumMap<>(Statistic.class);
    values.forEach((statistic, perRow) -> this.values.put(statistic, copy(rows, perRow)));
  }

  private static double[][] copy(List<TokenRow> rows, double[][] perRow) {
    if (rows.size() != perRow.length) {
      throw new IllegalArgumentException(
          "one array of values per row expected, but %d rows had %d"
              .formatted(rows.size(), perRow.length));
    }
    double[][] copy = new double[perRow.length][];
    for (int row = 0; row < perRow.length; row++) {
      if (perRow[row].length != rows.get(row).labels()) {
        throw new IllegalArgumentException(
            "row %d has %d labels, but %d values"
                .formatted(row, rows.get(row).labels(), perRow[row].length));
      }
      copy[row] = perRow[row].clone();
    }
    return copy;
  }

  /** The rows that were scored, in order. */
  public List<TokenRow> rows() {
    return rows;
  }

  /** The statistics that were asked for. */
  public Set<Statistic> statistics() {
    return Set.copyOf(values.keySet());
  }

  /** A statistic of label {@code t} of the row, that is of its token {@code t + 1}. */
  public double value(Statistic statistic, int row, int t) {
    return of(statistic)[row][t];
  }

  /** A statistic of all labels of the row: prompt and completion. */
  public double[] values(Statistic statistic, int row) {
    return of(statistic)[row].clone();
  }

  /** Log-probability of label {@code t} of the row, that is of its token {@code t + 1}. */
  public double logProb(int row, int t) {
    return value(Statistic.LOG_PROB, row, t);
  }

  /** Log-probabilities of all labels of the row: prompt and completion. */
  public double[] logProbs(int row) {
    return values(Statistic.LOG_PROB, row);
  }

  /** Per label of the row, whether it is a completion token. */
  public boolean[] completionMask(int row) {
    boolean[] mask = new boolean[rows.get(row).labels()];
    for (int t = 0; t < mask.length; t++) {
      mask[t] = rows.get(row).isCompletionLabel(t);
    }
    return mask;
  }

  /** Log-probability of the row's completion given its prompt: the sum over completion tokens. */
  public double completionLogProb(int row) {
    return completionSum(Statistic.LOG_PROB, row);
  }

  /** Sum of a statistic over the row's completion tokens. */
  public double completionSum(Statistic statistic, int row) {
    double[] perLabel = of(statistic)[row];
    double sum = 0;
    for (int t = rows.get(row).completionStart() - 1; t < perLabel.length; t++) {
      sum += perLabel[t];
    }
    return sum;
  }

  /** Number of completion tokens of the row; never 0. */
  public int completionTokens(int row) {
    return rows.get(row).completionTokens();
  }

  private double[][] of(Statistic statistic) {
    double[][] found = values.get(statistic);
    if (found == null) {
      throw new IllegalArgumentException(
          "%s was not asked for; the statistics at hand are %s"
              .formatted(statistic, values.keySet()));
    }
    return found;
  }
}
