/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.reference;

/**
 * A matrix on a {@link Tape} and, after {@link Tape#pullBack}, the derivative with respect to each
 * of its elements. Row-major; a vector is a matrix of one row.
 */
final class Variable {
  final int rows;
  final int columns;
  final double[] values;
  final double[] gradient;

  Variable(int rows, int columns, double[] values) {
    if (values.length != rows * columns) {
      throw new IllegalArgumentException(
          "%d values expected for %d x %d, but there were %d"
              .formatted(rows * columns, rows, columns, values.length));
    }
    this.rows = rows;
    this.columns = columns;
    this.values = values;
    this.gradient = new double[values.length];
  }

  /** The values as rows. */
  double[][] toRows() {
    double[][] result = new double[rows][columns];
    for (int r = 0; r < rows; r++) {
      System.arraycopy(values, r * columns, result[r], 0, columns);
    }
    return result;
  }
}
