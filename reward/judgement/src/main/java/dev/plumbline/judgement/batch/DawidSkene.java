/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement.batch;

import dev.plumbline.judgement.batch.Labels.Label;
import java.util.ArrayList;
import java.util.List;

/**
 * Every annotator has a confusion matrix: A. P. Dawid, A. M. Skene, Maximum likelihood estimation
 * of observer error-rates using the EM algorithm, Applied Statistics 28, 1979.
 *
 * <pre>T_ij ~ p_j prod_k prod_l pi_jl^(k) ^ n_il^(k)                     (E, eq. 2.5)
 * p_j = mean_i T_ij,  pi_jl^(k) = sum_i T_ij n_il^(k) / sum_il          (M, eqs. 2.3, 2.4)</pre>
 *
 * <p>Starts from each item's shares of labels. A class that nobody's labels support keeps
 * probability 0, which is the likelihood's maximum; {@code floor} keeps it from that.
 *
 * @param floor what the expected counts of an annotator's labels, and an item's probabilities, are
 *     at least; 0 for maximum likelihood
 */
public record DawidSkene(double floor) {
  /** Class shares and error rates. */
  public static final class Parameters {
    private final double[] prior;
    private final double[][][] errorRates;

    Parameters(double[] prior, double[][][] errorRates) {
      this.prior = prior;
      this.errorRates = errorRates;
    }

    /** Returns the share of each class. */
    public double[] prior() {
      return prior;
    }

    /** Returns P(label | class) by annotator, class and label. */
    public double[][][] errorRates() {
      return errorRates;
    }
  }

  /** A fitted crowd. */
  public static final class Fit {
    private final Parameters parameters;
    private final double[][] posteriors;
    private final List<Double> logLikelihoods;

    Fit(Parameters parameters, double[][] posteriors, List<Double> logLikelihoods) {
      this.parameters = parameters;
      this.posteriors = posteriors;
      this.logLikelihoods = List.copyOf(logLikelihoods);
    }

    /** Returns what the posteriors rest on. */
    public Parameters parameters() {
      return parameters;
    }

    /** Returns P(class) by item. */
    public double[][] posteriors() {
      return posteriors;
    }

    /** Returns the log-likelihoods of the labels in nats, one per iteration. */
    public List<Double> logLikelihoods() {
      return logLikelihoods;
    }
  }

  /**
   * Fits a crowd.
   *
   * @param iterations at most
   * @param tolerance ends when neither class shares nor error rates move more than that, summed up;
   *     negative for exactly so many iterations
   */
  public Fit fit(Labels labels, int iterations, double tolerance) {
    double[][] posteriors = labels.shares();
    List<Double> history = new ArrayList<>();
    Parameters parameters = parameters(labels, posteriors);
    double moved = Double.POSITIVE_INFINITY;
    while (true) {
      posteriors = new double[labels.items()][];
      history.add(expect(labels, parameters, posteriors));
      if (history.size() >= iterations || moved < tolerance) {
        return new Fit(parameters, posteriors, history);
      }
      Parameters next = parameters(labels, posteriors);
      moved = moved(parameters, next);
      parameters = next;
    }
  }

  /** The M step: what {@code posteriors} say about classes and annotators. */
  public Parameters parameters(Labels labels, double[][] posteriors) {
    int classes = labels.classes();
    double[] prior = new double[classes];
    for (double[] item : posteriors) {
      for (int c = 0; c < classes; c++) {
        prior[c] += item[c] / labels.items();
      }
    }
    double[][][] rates = new double[labels.annotators()][classes][classes];
    for (Label label : labels.given()) {
      for (int c = 0; c < classes; c++) {
        rates[label.annotator()][c][label.label()] += posteriors[label.item()][c];
      }
    }
    boolean[][] used = new boolean[labels.annotators()][classes];
    labels.given().forEach(label -> used[label.annotator()][label.label()] = true);
    for (int k = 0; k < rates.length; k++) {
      for (double[] row : rates[k]) {
        double sum = 0;
        for (int l = 0; l < classes; l++) {
          row[l] = used[k][l] ? Math.max(row[l], floor) : row[l];
          sum += row[l];
        }
        for (int l = 0; l < classes; l++) {
          row[l] = sum > 0 ? row[l] / sum : 0;
        }
      }
    }
    return new Parameters(prior, rates);
  }

  /** The E step; returns the labels' log-likelihood. */
  private double expect(Labels labels, Parameters parameters, double[][] posteriors) {
    for (int i = 0; i < posteriors.length; i++) {
      posteriors[i] = new double[labels.classes()];
      for (int c = 0; c < labels.classes(); c++) {
        posteriors[i][c] = Math.log(parameters.prior()[c]);
      }
    }
    for (Label label : labels.given()) {
      double[][] rates = parameters.errorRates()[label.annotator()];
      for (int c = 0; c < labels.classes(); c++) {
        posteriors[label.item()][c] += Math.log(rates[c][label.label()]);
      }
    }
    double logLikelihood = 0;
    for (double[] item : posteriors) {
      logLikelihood += Probabilities.softmax(item);
      for (int c = 0; c < item.length; c++) {
        item[c] = Math.max(item[c], floor);
      }
    }
    return logLikelihood;
  }

  private static double moved(Parameters from, Parameters to) {
    double prior = 0;
    for (int c = 0; c < from.prior().length; c++) {
      prior += Math.abs(from.prior()[c] - to.prior()[c]);
    }
    double rates = 0;
    for (int k = 0; k < from.errorRates().length; k++) {
      for (int c = 0; c < from.prior().length; c++) {
        for (int l = 0; l < from.prior().length; l++) {
          rates += Math.abs(from.errorRates()[k][c][l] - to.errorRates()[k][c][l]);
        }
      }
    }
    return Math.max(prior, rates);
  }
}
