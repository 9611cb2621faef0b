/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import dev.plumbline.lm.family.LinearModule;
import java.util.Arrays;

/**
 * What a base's weight and an adapter's matrices amount to, in double precision. A weight is as its
 * file has it: [out, in], or [in, out] when it is transposed; A is [r, in], B [out, r], row-major.
 */
final class LoraArithmetic {
  private LoraArithmetic() {}

  /** {@code W + s B A}, in place. */
  static void addProduct(
      double[] weight, LinearModule linear, double[] a, double[] b, double scaling) {
    int in = Math.toIntExact(linear.in());
    int out = Math.toIntExact(linear.out());
    int rank = a.length / in;
    double[] row = new double[in];
    for (int o = 0; o < out; o++) {
      Arrays.fill(row, 0);
      for (int r = 0; r < rank; r++) {
        double factor = scaling * b[o * rank + r];
        for (int i = 0; i < in; i++) {
          row[i] += factor * a[r * in + i];
        }
      }
      for (int i = 0; i < in; i++) {
        weight[index(linear, in, out, o, i)] += row[i];
      }
    }
  }

  /** DoRA (arXiv 2402.09353): each output's weights get the norm that its magnitude says. */
  static void normalize(double[] weight, LinearModule linear, double[] magnitude) {
    double[] norms = norms(weight, linear);
    int in = Math.toIntExact(linear.in());
    int out = Math.toIntExact(linear.out());
    for (int o = 0; o < out; o++) {
      double factor = magnitude[o] / norms[o];
      for (int i = 0; i < in; i++) {
        weight[index(linear, in, out, o, i)] *= factor;
      }
    }
  }

  /** Euclidean norm of each output's weights: [out]. */
  static double[] norms(double[] weight, LinearModule linear) {
    int in = Math.toIntExact(linear.in());
    int out = Math.toIntExact(linear.out());
    double[] norms = new double[out];
    for (int o = 0; o < out; o++) {
      double squares = 0;
      for (int i = 0; i < in; i++) {
        double value = weight[index(linear, in, out, o, i)];
        squares += value * value;
      }
      norms[o] = Math.sqrt(squares);
    }
    return norms;
  }

  /**
   * {@code E + s (B A)^T}, in place: each token's vector gains what its column of A says.
   *
   * @param embedding [V, D]
   * @param a [r, V]
   * @param b [D, r]
   */
  static void addToEmbedding(
      double[] embedding, int tokens, double[] a, double[] b, double scaling) {
    int rank = a.length / tokens;
    int width = embedding.length / tokens;
    for (int token = 0; token < tokens; token++) {
      for (int d = 0; d < width; d++) {
        double sum = 0;
        for (int r = 0; r < rank; r++) {
          sum += a[r * tokens + token] * b[d * rank + r];
        }
        embedding[token * width + d] += scaling * sum;
      }
    }
  }

  private static int index(LinearModule linear, int in, int out, int output, int input) {
    return linear.transposed() ? input * out + output : output * in + input;
  }
}
