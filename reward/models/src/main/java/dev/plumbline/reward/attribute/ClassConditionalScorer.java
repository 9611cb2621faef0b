/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward.attribute;

import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.LoraAdapter;
import dev.plumbline.lm.PeftDirectory;
import dev.plumbline.lm.TokenRow;
import dev.plumbline.lm.TokenStatistics;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Two language models, one of texts with the attribute and one of texts without, and Bayes' rule:
 *
 * <pre>
 *   P(a | y_&lt;=t) = s( c + scale / (t + prior) (log p(y_&lt;=t | a) - log p(y_&lt;=t | not a)) )
 * </pre>
 *
 * <p>Source: GeDi (arXiv 2009.06367), equations 3 and 5: the division by t is its length
 * normalisation, the tokens that count along are ours: one token alone would say as much as a text.
 * c and the rest of the scale are the calibration's. The two are adapters of one model, which may
 * be the policy or any other of the same tokenizer. Owns the adapters, not the model.
 */
public final class ClassConditionalScorer implements PrefixScorer {
  static final String WITH = "with/";
  static final String WITHOUT = "without/";

  private final CausalLanguageModel model;
  private final LoraAdapter with;
  private final LoraAdapter without;
  private final double scale;
  private final RunningMean mean;

  ClassConditionalScorer(
      CausalLanguageModel model,
      LoraAdapter with,
      LoraAdapter without,
      double scale,
      double prior) {
    if (!(scale > 0) || Double.isInfinite(scale)) {
      throw new IllegalArgumentException(
          "posterior_scale must be positive, but was " + scale + " (typical: 5 to 20)");
    }
    this.model = model;
    this.with = with;
    this.without = without;
    this.scale = scale;
    this.mean = new RunningMean(prior);
  }

  /** Reads what {@link #files} wrote. */
  static ClassConditionalScorer read(
      CausalLanguageModel model,
      Map<String, byte[]> with,
      Map<String, byte[]> without,
      double scale,
      double prior) {
    LoraAdapter first = PeftDirectory.read(model, with);
    try {
      return new ClassConditionalScorer(
          model, first, PeftDirectory.read(model, without), scale, prior);
    } catch (RuntimeException e) {
      first.close();
      throw e;
    }
  }

  CausalLanguageModel model() {
    return model;
  }

  LoraAdapter with() {
    return with;
  }

  LoraAdapter without() {
    return without;
  }

  double scale() {
    return scale;
  }

  RunningMean mean() {
    return mean;
  }

  @Override
  public double[][] scores(List<TokenRow> rows, int batchSize) {
    double[][] scores = new double[rows.size()][];
    for (int from = 0; from < scores.length; from += batchSize) {
      List<TokenRow> part = rows.subList(from, Math.min(from + batchSize, scores.length));
      TokenStatistics a = model.score(part, with);
      TokenStatistics b = model.score(part, without);
      for (int i = 0; i < part.size(); i++) {
        scores[from + i] = scores(part.get(i), a.logProbs(i), b.logProbs(i));
      }
    }
    return scores;
  }

  /** Scores of a row's prefixes from the log-probabilities of its labels under either model. */
  double[] scores(TokenRow row, double[] with, double[] without) {
    double[] differences = new double[with.length];
    for (int t = 0; t < differences.length; t++) {
      differences[t] = scale * (with[t] - without[t]);
    }
    return mean.of(differences, row.completionStart() - 1);
  }

  @Override
  public SortedMap<String, byte[]> files(String card) {
    SortedMap<String, byte[]> files = new TreeMap<>();
    String base = model.identity().name();
    PeftDirectory.write(with, base, card).forEach((name, bytes) -> files.put(WITH + name, bytes));
    PeftDirectory.write(without, base, card)
        .forEach((name, bytes) -> files.put(WITHOUT + name, bytes));
    return files;
  }

  @Override
  public void close() {
    with.close();
    without.close();
  }
}
