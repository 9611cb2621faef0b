/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.reference;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * Reverse-mode automatic differentiation over matrices. Each operation computes its result and
 * notes how a derivative of that result becomes derivatives of its operands; {@link #pullBack} runs
 * the notes backwards. Only a dozen operations have a derivative written by hand: the rest of the
 * model is made of them. Single-threaded; one tape per computation.
 */
final class Tape {
  private final List<Runnable> derivatives = new ArrayList<>();

  /** A value that no operation produced: an input, a weight or a constant. */
  Variable leaf(int rows, int columns, double[] values) {
    return new Variable(rows, columns, values);
  }

  /** A value of its own that no derivative flows through. */
  Variable detached(Variable a) {
    return leaf(a.rows, a.columns, a.values);
  }

  /** a b. */
  Variable times(Variable a, Variable b) {
    require(a.columns == b.rows, a, b);
    Variable y = new Variable(a.rows, b.columns, new double[a.rows * b.columns]);
    for (int i = 0; i < a.rows; i++) {
      for (int k = 0; k < a.columns; k++) {
        for (int j = 0; j < b.columns; j++) {
          y.values[i * b.columns + j] += a.values[i * a.columns + k] * b.values[k * b.columns + j];
        }
      }
    }
    derivatives.add(
        () -> {
          for (int i = 0; i < a.rows; i++) {
            for (int k = 0; k < a.columns; k++) {
              for (int j = 0; j < b.columns; j++) {
                double dy = y.gradient[i * b.columns + j];
                a.gradient[i * a.columns + k] += dy * b.values[k * b.columns + j];
                b.gradient[k * b.columns + j] += dy * a.values[i * a.columns + k];
              }
            }
          }
        });
    return y;
  }

  Variable transposed(Variable a) {
    int[] source = new int[a.values.length];
    for (int i = 0; i < source.length; i++) {
      source[i] = i % a.rows * a.columns + i / a.rows;
    }
    return rearranged(a, a.columns, a.rows, source);
  }

  /** a + b, element by element. */
  Variable plus(Variable a, Variable b) {
    require(a.rows == b.rows && a.columns == b.columns, a, b);
    Variable y = new Variable(a.rows, a.columns, new double[a.values.length]);
    for (int i = 0; i < y.values.length; i++) {
      y.values[i] = a.values[i] + b.values[i];
    }
    derivatives.add(
        () -> {
          for (int i = 0; i < y.values.length; i++) {
            a.gradient[i] += y.gradient[i];
            b.gradient[i] += y.gradient[i];
          }
        });
    return y;
  }

  /** a b, element by element. */
  Variable multiply(Variable a, Variable b) {
    require(a.rows == b.rows && a.columns == b.columns, a, b);
    Variable y = new Variable(a.rows, a.columns, new double[a.values.length]);
    for (int i = 0; i < y.values.length; i++) {
      y.values[i] = a.values[i] * b.values[i];
    }
    derivatives.add(
        () -> {
          for (int i = 0; i < y.values.length; i++) {
            a.gradient[i] += y.gradient[i] * b.values[i];
            b.gradient[i] += y.gradient[i] * a.values[i];
          }
        });
    return y;
  }

  /** f(a), element by element. */
  Variable map(Variable a, DoubleUnaryOperator f, DoubleUnaryOperator derivative) {
    Variable y = new Variable(a.rows, a.columns, new double[a.values.length]);
    for (int i = 0; i < y.values.length; i++) {
      y.values[i] = f.applyAsDouble(a.values[i]);
    }
    derivatives.add(
        () -> {
          for (int i = 0; i < y.values.length; i++) {
            a.gradient[i] += y.gradient[i] * derivative.applyAsDouble(a.values[i]);
          }
        });
    return y;
  }

  /** The elements of a in another order, with repetitions or omissions: y[i] = a[source[i]]. */
  Variable rearranged(Variable a, int rows, int columns, int[] source) {
    Variable y = new Variable(rows, columns, new double[source.length]);
    for (int i = 0; i < source.length; i++) {
      y.values[i] = a.values[source[i]];
    }
    derivatives.add(
        () -> {
          for (int i = 0; i < source.length; i++) {
            a.gradient[source[i]] += y.gradient[i];
          }
        });
    return y;
  }

  /** Rows of a by index, an embedding's look-up. */
  Variable rowsAt(Variable a, int[] indices) {
    int[] source = new int[indices.length * a.columns];
    for (int i = 0; i < source.length; i++) {
      source[i] = indices[i / a.columns] * a.columns + i % a.columns;
    }
    return rearranged(a, indices.length, a.columns, source);
  }

  /** Columns {@code from} (inclusive) to {@code to} (exclusive). */
  Variable columns(Variable a, int from, int to) {
    int width = to - from;
    int[] source = new int[a.rows * width];
    for (int i = 0; i < source.length; i++) {
      source[i] = i / width * a.columns + from + i % width;
    }
    return rearranged(a, a.rows, width, source);
  }

  /** A row n times under itself. */
  Variable repeatedRow(Variable row, int n) {
    return rowsAt(row, new int[n]);
  }

  /** A column n times beside itself. */
  Variable repeatedColumn(Variable column, int n) {
    int[] source = new int[column.rows * n];
    for (int i = 0; i < source.length; i++) {
      source[i] = i / n;
    }
    return rearranged(column, column.rows, n, source);
  }

  /** Matrices of the same height side by side. */
  Variable beside(List<Variable> parts) {
    int rows = parts.getFirst().rows;
    int columns = parts.stream().mapToInt(part -> part.columns).sum();
    Variable y = new Variable(rows, columns, new double[rows * columns]);
    int offset = 0;
    for (Variable part : parts) {
      int start = offset;
      for (int r = 0; r < rows; r++) {
        System.arraycopy(
            part.values, r * part.columns, y.values, r * columns + start, part.columns);
      }
      derivatives.add(
          () -> {
            for (int i = 0; i < part.values.length; i++) {
              part.gradient[i] += y.gradient[i / part.columns * columns + start + i % part.columns];
            }
          });
      offset += part.columns;
    }
    return y;
  }

  /** The sum of each row, as a column. */
  Variable rowSums(Variable a) {
    Variable y = new Variable(a.rows, 1, new double[a.rows]);
    for (int i = 0; i < a.values.length; i++) {
      y.values[i / a.columns] += a.values[i];
    }
    derivatives.add(
        () -> {
          for (int i = 0; i < a.values.length; i++) {
            a.gradient[i] += y.gradient[i / a.columns];
          }
        });
    return y;
  }

  /**
   * The logarithm of each row's softmax. An element of minus infinity is masked: it stays so and
   * takes no part.
   */
  Variable logSoftmax(Variable a) {
    Variable y = new Variable(a.rows, a.columns, new double[a.values.length]);
    for (int r = 0; r < a.rows; r++) {
      double max = Double.NEGATIVE_INFINITY;
      for (int i = r * a.columns; i < (r + 1) * a.columns; i++) {
        max = Math.max(max, a.values[i]);
      }
      double sum = 0;
      for (int i = r * a.columns; i < (r + 1) * a.columns; i++) {
        sum += Math.exp(a.values[i] - max);
      }
      for (int i = r * a.columns; i < (r + 1) * a.columns; i++) {
        y.values[i] = a.values[i] - max - Math.log(sum);
      }
    }
    derivatives.add(
        () -> {
          for (int r = 0; r < a.rows; r++) {
            double sum = 0;
            for (int i = r * a.columns; i < (r + 1) * a.columns; i++) {
              sum += y.gradient[i];
            }
            for (int i = r * a.columns; i < (r + 1) * a.columns; i++) {
              a.gradient[i] += y.gradient[i] - Math.exp(y.values[i]) * sum;
            }
          }
        });
    return y;
  }

  Variable scale(Variable a, double factor) {
    return map(a, v -> factor * v, v -> factor);
  }

  Variable exp(Variable a) {
    return map(a, Math::exp, Math::exp);
  }

  Variable log(Variable a) {
    return map(a, Math::log, v -> 1 / v);
  }

  /**
   * Adds {@code cotangent} to the derivatives of a result and carries all of them back to the
   * leaves. To be called once, after every operation; {@link #seed} adds further results' first.
   */
  void pullBack(Variable result, double[] cotangent) {
    seed(result, cotangent);
    derivatives.reversed().forEach(Runnable::run);
  }

  /** Adds to the derivatives of one result, without carrying them back yet. */
  void seed(Variable result, double[] cotangent) {
    if (cotangent.length != result.values.length) {
      throw new IllegalArgumentException(
          "a cotangent of %d elements expected, but it had %d"
              .formatted(result.values.length, cotangent.length));
    }
    for (int i = 0; i < cotangent.length; i++) {
      result.gradient[i] += cotangent[i];
    }
  }

  private static void require(boolean fits, Variable a, Variable b) {
    if (!fits) {
      throw new IllegalArgumentException(
          "shapes %d x %d and %d x %d do not fit".formatted(a.rows, a.columns, b.rows, b.columns));
    }
  }
}
