/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.experiments;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a speaker's texts are like.
 *
 * @param accuracy mean probability, exact, that a text has the attribute
 * @param perplexity of the exact language, per token
 * @param distinct3 unique trigrams over all trigrams
 * @param attainment mean C(end): what the controller takes for the accuracy
 */
record RldafPoint(double accuracy, double perplexity, double distinct3, double attainment) {
  /** Texts of which trigrams are counted: the share of unique ones falls with their number. */
  static final int DISTINCT_TEXTS = 500;

  static RldafPoint of(AttributeWorld world, List<ControlledText> texts) {
    double accuracy = 0;
    double logProb = 0;
    double attainment = 0;
    for (ControlledText text : texts) {
      accuracy += world.attributeProb(text.row());
      logProb += world.logProb(text.row());
      attainment += Math.exp(text.attributeLogProbs()[world.length()]);
    }
    int count = texts.size();
    return new RldafPoint(
        accuracy / count,
        Math.exp(-logProb / (count * (double) world.length())),
        distinct3(texts.subList(0, Math.min(count, DISTINCT_TEXTS))),
        attainment / count);
  }

  private static double distinct3(List<ControlledText> texts) {
    Set<List<Integer>> unique = new HashSet<>();
    int all = 0;
    for (ControlledText text : texts) {
      ToyRow row = text.row();
      for (int t = 2; t < row.length(); t++) {
        unique.add(List.of(row.token(t - 2), row.token(t - 1), row.token(t)));
        all++;
      }
    }
    return (double) unique.size() / all;
  }
}
