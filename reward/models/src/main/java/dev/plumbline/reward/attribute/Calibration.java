/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward.attribute;

import dev.plumbline.reward.Logistic;
import java.util.List;

/**
 * Platt's scaling: log C = log s(slope * score + offset), so that of texts with C = 0.7 seven in
 * ten have the attribute. Learned where the scores were not, from every prefix of every text with
 * the weights of the scorer's own loss.
 *
 * <p>Source: J. Platt, "Probabilistic outputs for support vector machines" (1999); by Newton's
 * method, as Lin, Lin and Weng (Machine Learning 68, 2007) do.
 *
 * @param slope positive where the scores know anything
 * @param offset log-odds at a score of 0
 */
public record Calibration(double slope, double offset) {
  private static final int STEPS = 100;
  private static final double RIDGE = 1e-6;
  private static final double CONVERGED = 1e-10;

  public Calibration {
    if (!Double.isFinite(slope) || !Double.isFinite(offset)) {
      throw new IllegalArgumentException(
          "a calibration must be finite, but slope was %s and offset %s".formatted(slope, offset));
    }
  }

  /** log C at a score. */
  public double logProb(double score) {
    return Logistic.logSigmoid(logit(score));
  }

  /** log-odds at a score. */
  public double logit(double score) {
    return slope * score + offset;
  }

  /**
   * The scaling of least logistic loss.
   *
   * @param texts scores of each text's prefixes, from the empty one on
   * @param has per text, whether it has the attribute
   */
  static Calibration fit(List<double[]> texts, List<Boolean> has) {
    double slope = 1;
    double offset = 0;
    double loss = loss(texts, has, slope, offset);
    for (int step = 0; step < STEPS; step++) {
      double[] sums = derivatives(texts, has, slope, offset);
      double determinant = sums[2] * sums[4] - sums[3] * sums[3];
      double downSlope = (sums[4] * sums[0] - sums[3] * sums[1]) / determinant;
      double downOffset = (sums[2] * sums[1] - sums[3] * sums[0]) / determinant;
      double length = 1;
      double next = loss(texts, has, slope - downSlope, offset - downOffset);
      while (!(next <= loss) && length > CONVERGED) {
        length /= 2;
        next = loss(texts, has, slope - length * downSlope, offset - length * downOffset);
      }
      slope -= length * downSlope;
      offset -= length * downOffset;
      if (loss - next < CONVERGED * texts.size()) {
        break;
      }
      loss = next;
    }
    return new Calibration(slope, offset);
  }

  private static double loss(List<double[]> texts, List<Boolean> has, double slope, double offset) {
    double loss = RIDGE * (slope * slope + offset * offset) / 2;
    for (int i = 0; i < texts.size(); i++) {
      double[] scores = texts.get(i);
      double sign = has.get(i) ? 1 : -1;
      for (int t = 1; t < scores.length; t++) {
        loss -=
            PrefixLoss.weight(t, scores.length - 1)
                * Logistic.logSigmoid(sign * (slope * scores[t] + offset));
      }
    }
    return loss;
  }

  /** First derivatives by slope and offset, then the second: slope twice, mixed, offset twice. */
  private static double[] derivatives(
      List<double[]> texts, List<Boolean> has, double slope, double offset) {
    double[] sums = {RIDGE * slope, RIDGE * offset, RIDGE, 0, RIDGE};
    for (int i = 0; i < texts.size(); i++) {
      double[] scores = texts.get(i);
      double label = has.get(i) ? 1 : 0;
      for (int t = 1; t < scores.length; t++) {
        double weight = PrefixLoss.weight(t, scores.length - 1);
        double prob = Logistic.sigmoid(slope * scores[t] + offset);
        double first = weight * (prob - label);
        double second = weight * prob * (1 - prob);
        sums[0] += first * scores[t];
        sums[1] += first;
        sums[2] += second * scores[t] * scores[t];
        sums[3] += second * scores[t];
        sums[4] += second;
      }
    }
    return sums;
  }
}
