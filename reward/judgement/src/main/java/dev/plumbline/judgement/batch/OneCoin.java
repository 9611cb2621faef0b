/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement.batch;

import dev.plumbline.judgement.batch.Labels.Label;
import java.util.Arrays;

/**
 * Every annotator is right with a probability of its own, and wrong evenly over the other classes:
 * the one-parameter form of {@link DawidSkene} (Y. Zhang, X. Chen, D. Zhou, M. Jordan, Spectral
 * methods meet EM, JMLR 17, 2016, section 2), fitted by EM from each item's shares of labels.
 * Classes are equally likely beforehand.
 */
public final class OneCoin {
  private static final double CERTAIN = 1e-6;

  private OneCoin() {}

  /** A fitted crowd. */
  public static final class Fit {
    private final double[] reliabilities;
    private final double[][] posteriors;

    Fit(double[] reliabilities, double[][] posteriors) {
      this.reliabilities = reliabilities;
      this.posteriors = posteriors;
    }

    /** Returns P(right) by annotator. */
    public double[] reliabilities() {
      return reliabilities;
    }

    /** Returns P(class) by item. */
    public double[][] posteriors() {
      return posteriors;
    }
  }

  /** Fits a crowd by so many rounds of EM. */
  public static Fit fit(Labels labels, int iterations) {
    double[][] posteriors = labels.shares();
    double[] right = new double[labels.annotators()];
    for (int iteration = 0; iteration < iterations; iteration++) {
      Arrays.fill(right, 0);
      double[] all = new double[labels.annotators()];
      for (Label label : labels.given()) {
        right[label.annotator()] += posteriors[label.item()][label.label()];
        all[label.annotator()]++;
      }
      for (int k = 0; k < right.length; k++) {
        right[k] =
            all[k] == 0
                ? 1.0 / labels.classes()
                : Math.clamp(right[k] / all[k], CERTAIN, 1 - CERTAIN);
      }
      posteriors = new double[labels.items()][labels.classes()];
      for (Label label : labels.given()) {
        double reliability = right[label.annotator()];
        posteriors[label.item()][label.label()] +=
            Math.log(reliability * (labels.classes() - 1) / (1 - reliability));
      }
      for (double[] item : posteriors) {
        Probabilities.softmax(item);
      }
    }
    return new Fit(right, posteriors);
  }
}
