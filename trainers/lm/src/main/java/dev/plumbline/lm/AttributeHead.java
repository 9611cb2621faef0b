/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import java.util.Arrays;
import java.util.List;

/**
 * C, a small head that says from the mean of a text's final hidden states how probable an attribute
 * is: linear layers with tanh between them. The last layer's one output is a logit, C = sigmoid(z);
 * several are classes, C = softmax(z)[attribute].
 *
 * @param layers at least one, each as wide as the one before
 * @param attribute class that is wanted, from 0; 0 when there is one output
 */
public record AttributeHead(List<Layer> layers, int attribute) {

  /**
   * y = W x + b.
   *
   * @param weight W [out][in]
   * @param bias b [out]
   */
  @SuppressWarnings("ArrayRecordComponent") // read once, by the model that copies it
  public record Layer(double[][] weight, double[] bias) {

    public Layer {
      if (weight.length == 0 || weight.length != bias.length) {
        throw new IllegalArgumentException(
            "a layer needs a bias per output and at least one output, but had %d rows and %d biases"
                .formatted(weight.length, bias.length));
      }
      for (double[] row : weight) {
        if (row.length != weight[0].length) {
          throw new IllegalArgumentException(
              "a layer's rows must be of one length, but were of %d and %d"
                  .formatted(weight[0].length, row.length));
        }
      }
    }

    /** Width of what it reads. */
    public int in() {
      return weight[0].length;
    }

    /** Width of what it says. */
    public int out() {
      return weight.length;
    }

    private double[] of(double[] x) {
      double[] y = bias.clone();
      for (int o = 0; o < y.length; o++) {
        for (int i = 0; i < x.length; i++) {
          y[o] += weight[o][i] * x[i];
        }
      }
      return y;
    }
  }

  public AttributeHead {
    layers = List.copyOf(layers);
    if (layers.isEmpty()) {
      throw new IllegalArgumentException("a head needs at least one layer, but had none");
    }
    for (int i = 1; i < layers.size(); i++) {
      if (layers.get(i).in() != layers.get(i - 1).out()) {
        throw new IllegalArgumentException(
            "layer %d must read the %d outputs of the one before, but reads %d"
                .formatted(i, layers.get(i - 1).out(), layers.get(i).in()));
      }
    }
    if (attribute < 0 || attribute >= layers.getLast().out()) {
      throw new IllegalArgumentException(
          "the attribute must be among the head's %d outputs, but was %d"
              .formatted(layers.getLast().out(), attribute));
    }
  }

  /** Width of the hidden states that it reads. */
  public int hiddenSize() {
    return layers.getFirst().in();
  }

  /**
   * log C, in nats.
   *
   * @param pooled mean of a text's hidden states, as {@link SpokenRows#pooledStates()} has it
   */
  public double logProb(double[] pooled) {
    if (pooled.length != hiddenSize()) {
      throw new IllegalArgumentException(
          "the head reads states of width %d, but was given %d"
              .formatted(hiddenSize(), pooled.length));
    }
    double[] z = pooled;
    for (int i = 0; i < layers.size(); i++) {
      z = layers.get(i).of(z);
      if (i + 1 < layers.size()) {
        z = Arrays.stream(z).map(Math::tanh).toArray();
      }
    }
    if (z.length == 1) {
      return Math.min(z[0], 0) - Math.log1p(Math.exp(-Math.abs(z[0])));
    }
    double largest = Arrays.stream(z).max().orElseThrow();
    double total = Arrays.stream(z).map(logit -> Math.exp(logit - largest)).sum();
    return z[attribute] - largest - Math.log(total);
  }
}
