/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward.attribute;

import java.util.ArrayList;
import java.util.List;

/**
 * How well a controller tells texts with the attribute from those without, and how far its
 * probabilities can be believed.
 *
 * @param texts how many were judged
 * @param right how many of them have C above one half just where they have the attribute
 * @param logLoss mean of -log of the probability given to what is true, in nats; log 2 is what
 *     knowing nothing costs where both are equally many
 * @param calibrationError expected calibration error (arXiv 1706.04599, equation 3) over the bins,
 *     of the probability of the attribute
 * @param bins the reliability diagram: equally wide bins of C, empty ones too
 */
public record ControllerEvaluation(
    int texts, int right, double logLoss, double calibrationError, List<Bin> bins) {
  private static final int BINS = 10;

  public ControllerEvaluation {
    bins = List.copyOf(bins);
  }

  /**
   * Texts of similar C.
   *
   * @param texts how many
   * @param meanProb their mean C; NaN for none
   * @param share of them that has the attribute; NaN for none
   */
  public record Bin(int texts, double meanProb, double share) {}

  /**
   * A judged text.
   *
   * @param tokens how many it has
   * @param logProb log C
   * @param has whether it has the attribute
   */
  public record Judged(int tokens, double logProb, boolean has) {}

  /** Evaluates judged texts; numbers of none are NaN. */
  public static ControllerEvaluation of(List<Judged> judged) {
    int right = 0;
    double logLoss = 0;
    int[] counts = new int[BINS];
    double[] probs = new double[BINS];
    int[] having = new int[BINS];
    for (Judged one : judged) {
      double prob = Math.exp(one.logProb);
      right += (prob > 0.5) == one.has ? 1 : 0;
      // log(1 - C), exact where C is small
      logLoss -= one.has ? one.logProb : Math.log(-Math.expm1(one.logProb));
      int bin = Math.min(BINS - 1, (int) (prob * BINS));
      counts[bin]++;
      probs[bin] += prob;
      having[bin] += one.has ? 1 : 0;
    }
    double error = 0;
    List<Bin> bins = new ArrayList<>();
    for (int bin = 0; bin < BINS; bin++) {
      error += Math.abs(probs[bin] - having[bin]);
      bins.add(new Bin(counts[bin], probs[bin] / counts[bin], (double) having[bin] / counts[bin]));
    }
    int n = judged.size();
    return new ControllerEvaluation(n, right, logLoss / n, error / n, bins);
  }

  /** Share of the texts that is right. */
  public double accuracy() {
    return (double) right / texts;
  }
}
