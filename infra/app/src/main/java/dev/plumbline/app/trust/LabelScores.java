/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.trust;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * How well posteriors tell what is known to be true, with 95 % bootstrap intervals over items (B.
 * Efron, R. Tibshirani, An introduction to the bootstrap, 1993: percentiles of resampled means).
 *
 * @param items whose truth is known
 * @param accuracy share of them whose most probable class is true; classes that tie share it
 * @param logLoss mean of -ln P(true class) in nats, P at least {@link #LEAST}
 */
record LabelScores(int items, Interval accuracy, Interval logLoss) {
  /** What no class is held less probable than, so that one error can't decide a mean alone. */
  static final double LEAST = 1e-3;

  private static final int RESAMPLES = 2000;
  private static final double SAME = 1e-9;

  /** A mean and where it may lie. */
  record Interval(double mean, double low, double high) {}

  /** Scores what a method says of each item. */
  static LabelScores of(List<String> items, double[][] posteriors, Map<String, Integer> truth) {
    List<double[]> scores = new ArrayList<>();
    for (int i = 0; i < posteriors.length; i++) {
      Integer known = truth.get(items.get(i));
      if (known != null) {
        double[] posterior = posteriors[i];
        double most = Arrays.stream(posterior).max().orElseThrow();
        long best = Arrays.stream(posterior).filter(p -> p > most - SAME).count();
        scores.add(
            new double[] {
              posterior[known] > most - SAME ? 1.0 / best : 0,
              -Math.log(Math.max(posterior[known], LEAST))
            });
      }
    }
    return new LabelScores(scores.size(), interval(scores, 0), interval(scores, 1));
  }

  private static Interval interval(List<double[]> scores, int which) {
    Random random = new Random(RESAMPLES);
    double[] means = new double[RESAMPLES];
    for (int r = 0; r < RESAMPLES; r++) {
      for (int i = 0; i < scores.size(); i++) {
        means[r] += scores.get(random.nextInt(scores.size()))[which] / scores.size();
      }
    }
    Arrays.sort(means);
    double mean = scores.stream().mapToDouble(score -> score[which]).average().orElse(Double.NaN);
    return new Interval(mean, means[RESAMPLES * 25 / 1000], means[RESAMPLES * 975 / 1000 - 1]);
  }
}
