/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward.attribute;

import dev.plumbline.lm.TokenRow;
import dev.plumbline.lm.text.Tokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads a lexicon off what tokens spell. A word that a prefix breaks off counts as the word that
 * stands there. The tokenizer is its model's, which closes it.
 *
 * @param lexicon the words' weights
 * @param tokenizer of the rows that are scored
 */
public record LexiconScorer(Lexicon lexicon, Tokenizer tokenizer) implements PrefixScorer {
  static final String FILE = "lexicon.tsv";

  @Override
  public double[][] scores(List<TokenRow> rows, int batchSize) {
    double[][] scores = new double[rows.size()][];
    for (int i = 0; i < scores.length; i++) {
      TokenRow row = rows.get(i);
      int[] ids = row.ids();
      scores[i] = new double[row.completionTokens() + 1];
      for (int t = 0; t < scores[i].length; t++) {
        scores[i][t] =
            lexicon.score(tokenizer.decode(Arrays.copyOf(ids, row.completionStart() + t)));
      }
    }
    return scores;
  }

  @Override
  public SortedMap<String, byte[]> files(String card) {
    return new TreeMap<>(Map.of(FILE, lexicon.bytes()));
  }

  @Override
  public void close() {}
}
