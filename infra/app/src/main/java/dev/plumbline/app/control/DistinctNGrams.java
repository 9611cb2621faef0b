/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.control;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * How much of what is said is said once: different n-grams of words over all n-grams, of all texts
 * together (Li et al., arXiv 1510.03055, section 5.2). Falls with the number of texts: compare
 * equal numbers.
 */
final class DistinctNGrams {
  private DistinctNGrams() {}

  /** Different n-grams over all; NaN for texts that have none. */
  static double of(List<String> texts, int n) {
    Set<List<String>> different = new HashSet<>();
    long all = 0;
    for (String text : texts) {
      List<String> words =
          Arrays.stream(text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}'\u2019]+"))
              .filter(word -> !word.isEmpty())
              .toList();
      for (int i = 0; i + n <= words.size(); i++) {
        different.add(words.subList(i, i + n));
        all++;
      }
    }
    return (double) different.size() / all;
  }
}
