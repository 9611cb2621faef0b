/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement.batch;

import dev.plumbline.judgement.batch.Labels.Label;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Annotators differ in ability and items in difficulty: J. Whitehill, P. Ruvolo, T. Wu, J. Bergsma,
 * J. Movellan, Whose vote should count more, NIPS 2009. Annotator i labels item j correctly with
 * probability
 *
 * <pre>s(alpha_i exp(beta_j))     (eq. 1, with the paper's beta as exp(beta_j) > 0)</pre>
 *
 * <p>and is wrong evenly over the other classes. Classes are equally likely beforehand, alpha and
 * beta normal with mean and variance 1. The M step climbs one parameter at a time by Newton steps
 * until none moves.
 */
public final class Glad {
  private static final int SWEEPS = 1000;
  private static final int HALVINGS = 40;
  private static final double STILL = 1e-11;

  private final Labels labels;
  private final double[] alphas;
  private final double[] betas;
  private final double[][] posteriors;
  private final List<List<Label>> ofAnnotator;
  private final List<List<Label>> ofItem;

  /** A fitted crowd. */
  public static final class Fit {
    private final double[] alphas;
    private final double[] betas;
    private final double[][] posteriors;

    Fit(double[] alphas, double[] betas, double[][] posteriors) {
      this.alphas = alphas;
      this.betas = betas;
      this.posteriors = posteriors;
    }

    /** Returns the ability of each annotator; negative for one who is wrong on purpose. */
    public double[] alphas() {
      return alphas;
    }

    /** Returns the easiness of each item; exp(beta) multiplies ability. */
    public double[] betas() {
      return betas;
    }

    /** Returns P(class) by item, from which abilities and easiness follow. */
    public double[][] posteriors() {
      return posteriors;
    }
  }

  private Glad(Labels labels) {
    this.labels = labels;
    alphas = new double[labels.annotators()];
    betas = new double[labels.items()];
    posteriors = new double[labels.items()][labels.classes()];
    Arrays.fill(alphas, 1);
    Arrays.fill(betas, 1);
    ofAnnotator = new ArrayList<>();
    ofItem = new ArrayList<>();
    for (int i = 0; i < alphas.length; i++) {
      ofAnnotator.add(new ArrayList<>());
    }
    for (int j = 0; j < betas.length; j++) {
      ofItem.add(new ArrayList<>());
    }
    for (Label label : labels.given()) {
      ofAnnotator.get(label.annotator()).add(label);
      ofItem.get(label.item()).add(label);
    }
  }

  /**
   * Fits a crowd.
   *
   * @param iterations at most
   * @param tolerance ends when the expected log-likelihood of labels and classes that the M step
   *     reaches rises by less than that, per label and class in nats. It may also fall, for EM
   *     climbs another one
   */
  public static Fit fit(Labels labels, int iterations, double tolerance) {
    Glad glad = new Glad(labels);
    double reached = Double.NEGATIVE_INFINITY;
    for (int iteration = 0; iteration < iterations; iteration++) {
      glad.expect();
      glad.maximise();
      double before = reached;
      reached = glad.expected() / labels.given().size() / labels.classes();
      if (reached - before < tolerance) {
        break;
      }
    }
    return new Fit(glad.alphas, glad.betas, glad.posteriors);
  }

  private double expected() {
    double sum = 0;
    for (double alpha : alphas) {
      sum -= (alpha - 1) * (alpha - 1) / 2;
    }
    for (int j = 0; j < betas.length; j++) {
      sum += betaObjective(j, betas[j]);
      for (Label label : ofItem.get(j)) {
        sum -= (1 - posteriors[j][label.label()]) * Math.log(labels.classes() - 1);
      }
    }
    return sum;
  }

  private void expect() {
    for (int j = 0; j < betas.length; j++) {
      Arrays.fill(posteriors[j], 0);
      for (Label label : ofItem.get(j)) {
        double x = alphas[label.annotator()] * Math.exp(betas[j]);
        posteriors[j][label.label()] += x + Math.log(labels.classes() - 1);
      }
      Probabilities.softmax(posteriors[j]);
    }
  }

  private void maximise() {
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      double moved = 0;
      for (int i = 0; i < alphas.length; i++) {
        double before = alphas[i];
        alphas[i] = climbAlpha(i);
        moved = Math.max(moved, Math.abs(alphas[i] - before));
      }
      for (int j = 0; j < betas.length; j++) {
        double before = betas[j];
        betas[j] = climbBeta(j);
        moved = Math.max(moved, Math.abs(betas[j] - before));
      }
      if (moved < STILL) {
        return;
      }
    }
  }

  private double climbAlpha(int i) {
    double alpha = alphas[i];
    double slope = 1 - alpha;
    double bend = 1;
    for (Label label : ofAnnotator.get(i)) {
      double e = Math.exp(betas[label.item()]);
      double s = sigmoid(alpha * e);
      slope += (posteriors[label.item()][label.label()] - s) * e;
      bend += s * (1 - s) * e * e;
    }
    return alpha + slope / bend;
  }

  /** Not concave: the bend leaves out what may be negative, and steps that lead down are halved. */
  private double climbBeta(int j) {
    double beta = betas[j];
    double slope = 1 - beta;
    double bend = 1;
    for (Label label : ofItem.get(j)) {
      double x = alphas[label.annotator()] * Math.exp(beta);
      double s = sigmoid(x);
      slope += (posteriors[j][label.label()] - s) * x;
      bend += s * (1 - s) * x * x;
    }
    double step = slope / bend;
    double start = betaObjective(j, beta);
    for (int h = 0; h < HALVINGS && betaObjective(j, beta + step) < start; h++) {
      step /= 2;
    }
    return beta + step;
  }

  private double betaObjective(int j, double beta) {
    double sum = -(beta - 1) * (beta - 1) / 2;
    for (Label label : ofItem.get(j)) {
      double x = alphas[label.annotator()] * Math.exp(beta);
      double right = posteriors[j][label.label()];
      sum += right * logSigmoid(x) + (1 - right) * logSigmoid(-x);
    }
    return sum;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static double logSigmoid(double x) {
    return x >= 0 ? -Math.log1p(Math.exp(-x)) : x - Math.log1p(Math.exp(x));
  }
}
