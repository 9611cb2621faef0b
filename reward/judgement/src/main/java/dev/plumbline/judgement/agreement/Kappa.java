/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement.agreement;

import java.util.Arrays;
import java.util.List;

/** Agreement beyond what shares of labels alone would give; 1 is perfect, 0 chance. */
public final class Kappa {
  private Kappa() {}

  /**
   * Cohen's kappa of two annotators (J. Cohen, A coefficient of agreement for nominal scales,
   * Educational and Psychological Measurement 20, 1960). NaN where both always say the same one.
   *
   * @param counts how often the first said row and the second column of the same item
   */
  public static double cohen(long[][] counts) {
    double all = 0;
    double agreed = 0;
    double[] rows = new double[counts.length];
    double[] columns = new double[counts.length];
    for (int r = 0; r < counts.length; r++) {
      for (int c = 0; c < counts.length; c++) {
        all += counts[r][c];
        rows[r] += counts[r][c];
        columns[c] += counts[r][c];
        agreed += r == c ? counts[r][c] : 0;
      }
    }
    double chance = 0;
    for (int c = 0; c < counts.length; c++) {
      chance += rows[c] / all * columns[c] / all;
    }
    return (agreed / all - chance) / (1 - chance);
  }

  /**
   * Fleiss' kappa of equally many labels per item, by whomever (J. Fleiss, Measuring nominal scale
   * agreement among many raters, Psychological Bulletin 76, 1971). NaN where there is one label.
   *
   * @param counts labels of each item by class
   */
  public static double fleiss(List<int[]> counts) {
    int classes = counts.getFirst().length;
    int perItem = Arrays.stream(counts.getFirst()).sum();
    double[] shares = new double[classes];
    double agreed = 0;
    for (int[] item : counts) {
      int labels = Arrays.stream(item).sum();
      if (labels != perItem || labels < 2) {
        throw new IllegalArgumentException(
            "every item must have the same number of labels, at least 2, but one had %d, the first %d"
                .formatted(labels, perItem));
      }
      double same = 0;
      for (int c = 0; c < classes; c++) {
        shares[c] += (double) item[c] / labels / counts.size();
        same += (double) item[c] * (item[c] - 1);
      }
      agreed += same / labels / (labels - 1) / counts.size();
    }
    double chance = 0;
    for (double share : shares) {
      chance += share * share;
    }
    return (agreed - chance) / (1 - chance);
  }
}
