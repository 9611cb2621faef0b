/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.judgement.trust.Alphabet;
import dev.plumbline.judgement.trust.Overlap;
import java.util.Map;

/**
 * How far annotators agree who answered the same questions: Krippendorff's alpha for nominal
 * values, every two answers to a question counted as one unit. One minus observed by expected
 * disagreement, from the coincidences of both orders (K. Krippendorff, Computing Krippendorff's
 * alpha-reliability, 2011).
 */
final class OverlapAgreement {
  private OverlapAgreement() {}

  /**
   * Returns alpha: 1 for perfect agreement, 0 for chance, NaN where no two answers could differ.
   */
  static double alpha(Alphabet alphabet, Map<Overlap, Long> overlaps) {
    double[] totals = new double[alphabet.size()];
    double differing = 0;
    double all = 0;
    for (Map.Entry<Overlap, Long> entry : overlaps.entrySet()) {
      Overlap overlap = entry.getKey();
      if (overlap.alphabet().equals(alphabet.name())) {
        long count = entry.getValue();
        totals[overlap.earlierVerdict()] += count;
        totals[overlap.laterVerdict()] += count;
        all += 2.0 * count;
        differing += overlap.earlierVerdict() == overlap.laterVerdict() ? 0 : 2.0 * count;
      }
    }
    double expected = all * all;
    for (double total : totals) {
      expected -= total * total;
    }
    return expected == 0 ? Double.NaN : 1 - differing * (all - 1) / expected;
  }
}
