/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.reference;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parts that decoders are made of, written with the operations of a {@link Tape}. */
final class Layers {
  private static final double SQRT_2_OVER_PI = Math.sqrt(2 / Math.PI);

  private final Tape tape;

  Layers(Tape tape) {
    this.tape = tape;
  }

  /** x / sqrt(mean(x^2) + epsilon) * weight, for each row. */
  Variable rmsNorm(Variable x, Variable weight, double epsilon) {
    Variable meanSquare = tape.scale(tape.rowSums(tape.multiply(x, x)), 1.0 / x.columns);
    return timesRow(timesColumn(x, inverseRoot(meanSquare, epsilon)), weight);
  }

  /** (x - mean) / sqrt(variance + epsilon) * weight + bias, for each row. */
  Variable layerNorm(Variable x, Variable weight, Variable bias, double epsilon) {
    Variable mean = tape.scale(tape.rowSums(x), -1.0 / x.columns);
    Variable centred = tape.plus(x, tape.repeatedColumn(mean, x.columns));
    Variable variance = tape.scale(tape.rowSums(tape.multiply(centred, centred)), 1.0 / x.columns);
    Variable normed = timesColumn(centred, inverseRoot(variance, epsilon));
    return plusRow(timesRow(normed, weight), bias);
  }

  /** x / (1 + exp(-x)). */
  Variable silu(Variable x) {
    Variable sigmoid = tape.map(x, Layers::sigmoid, v -> sigmoid(v) * (1 - sigmoid(v)));
    return tape.multiply(x, sigmoid);
  }

  /** x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))): {@code gelu_new} of GPT-2. */
  Variable geluTanh(Variable x) {
    Variable inner =
        tape.map(
            x,
            v -> SQRT_2_OVER_PI * (v + 0.044715 * v * v * v),
            v -> SQRT_2_OVER_PI * (1 + 3 * 0.044715 * v * v));
    Variable gate =
        tape.map(
            inner, v -> 0.5 * (1 + Math.tanh(v)), v -> 0.5 * (1 - Math.tanh(v) * Math.tanh(v)));
    return tape.multiply(x, gate);
  }

  /** x rotated by angles that grow with the row, for one head. */
  Variable rotary(Variable x, RotaryAngles angles) {
    int half = x.columns / 2;
    int[] partner = new int[x.values.length];
    double[] cos = new double[x.values.length];
    double[] sin = new double[x.values.length];
    for (int t = 0; t < x.rows; t++) {
      for (int i = 0; i < half; i++) {
        int first = t * x.columns + angles.layout().first(i, half);
        int second = t * x.columns + angles.layout().second(i, half);
        double angle = t * angles.inverseFrequencies()[i];
        partner[first] = second;
        partner[second] = first;
        cos[first] = angles.factor() * Math.cos(angle);
        cos[second] = cos[first];
        sin[first] = -angles.factor() * Math.sin(angle);
        sin[second] = -sin[first];
      }
    }
    Variable swapped = tape.rearranged(x, x.rows, x.columns, partner);
    return tape.plus(
        tape.multiply(x, tape.leaf(x.rows, x.columns, cos)),
        tape.multiply(swapped, tape.leaf(x.rows, x.columns, sin)));
  }

  /**
   * Causal attention of several heads: softmax(scale q k^T + mask) v.
   *
   * @param keys one per group of query heads: head h reads key h * keys / queries
   * @param window how many of the latest positions a query sees, itself included; all if null
   * @return the heads' results side by side
   */
  Variable attention(
      List<Variable> queries,
      List<Variable> keys,
      List<Variable> values,
      double scale,
      @Nullable Integer window) {
    int length = queries.getFirst().rows;
    Variable mask = tape.leaf(length, length, mask(length, window));
    List<Variable> heads = new ArrayList<>();
    for (int h = 0; h < queries.size(); h++) {
      int group = h * keys.size() / queries.size();
      Variable scores =
          tape.scale(tape.times(queries.get(h), tape.transposed(keys.get(group))), scale);
      Variable weights = tape.exp(tape.logSoftmax(tape.plus(scores, mask)));
      heads.add(tape.times(weights, values.get(group)));
    }
    return tape.beside(heads);
  }

  /** The columns of x cut into heads. */
  List<Variable> heads(Variable x, int width) {
    List<Variable> heads = new ArrayList<>();
    for (int from = 0; from < x.columns; from += width) {
      heads.add(tape.columns(x, from, from + width));
    }
    return heads;
  }

  Variable plusRow(Variable x, Variable row) {
    return tape.plus(x, tape.repeatedRow(row, x.rows));
  }

  Variable timesRow(Variable x, Variable row) {
    return tape.multiply(x, tape.repeatedRow(row, x.rows));
  }

  Variable timesColumn(Variable x, Variable column) {
    return tape.multiply(x, tape.repeatedColumn(column, x.columns));
  }

  private Variable inverseRoot(Variable x, double epsilon) {
    return tape.map(x, v -> 1 / Math.sqrt(v + epsilon), v -> -0.5 * Math.pow(v + epsilon, -1.5));
  }

  private static double[] mask(int length, @Nullable Integer window) {
    double[] mask = new double[length * length];
    for (int query = 0; query < length; query++) {
      for (int key = 0; key < length; key++) {
        boolean seen = key <= query && (window == null || query - key < window);
        mask[query * length + key] = seen ? 0 : Double.NEGATIVE_INFINITY;
      }
    }
    return mask;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
