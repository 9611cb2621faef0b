/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.experiments;

/**
 * Adam without weight decay (Kingma and Ba, arXiv 1412.6980, algorithm 1), with that paper's betas
 * and epsilon. Owns the moments of one policy: for one thread.
 */
final class Adam {
  private static final double BETA_1 = 0.9;
  private static final double BETA_2 = 0.999;
  private static final double EPSILON = 1e-8;

  private final double learningRate;
  private final double[] mean;
  private final double[] meanSquare;
  private int step;

  Adam(double learningRate, int parameters) {
    this.learningRate = learningRate;
    this.mean = new double[parameters];
    this.meanSquare = new double[parameters];
  }

  /** Moves the parameters, in place, against the gradient. */
  void update(double[] parameters, double[] gradient) {
    step++;
    double meanScale = 1 / (1 - Math.pow(BETA_1, step));
    double squareScale = 1 / (1 - Math.pow(BETA_2, step));
    for (int i = 0; i < parameters.length; i++) {
      mean[i] = BETA_1 * mean[i] + (1 - BETA_1) * gradient[i];
      meanSquare[i] = BETA_2 * meanSquare[i] + (1 - BETA_2) * gradient[i] * gradient[i];
      parameters[i] -=
          learningRate * meanScale * mean[i] / (Math.sqrt(squareScale * meanSquare[i]) + EPSILON);
    }
  }
}
