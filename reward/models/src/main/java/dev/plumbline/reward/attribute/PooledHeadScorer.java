/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward.attribute;

import dev.plumbline.lm.Adapter;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.ScalarHead;
import dev.plumbline.lm.TokenRow;
import dev.plumbline.lm.TokenScores;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A linear head on a language model's own final hidden states, averaged over all tokens of a
 * prefix. The model is the frozen one: no adapter, no prompt.
 *
 * <pre>
 *   score(y_&lt;=t) = w . mean(h_0 ... h_t) = mean(w . h_0 ... w . h_t)
 * </pre>
 *
 * <p>So that one pass gives the scores of all prefixes. Owns the head, not the model.
 */
public final class PooledHeadScorer implements PrefixScorer {
  /** Over all tokens that were read: none count along. */
  static final RunningMean MEAN = new RunningMean(0);

  private final CausalLanguageModel model;
  private final ScalarHead head;

  PooledHeadScorer(CausalLanguageModel model, ScalarHead head) {
    this.model = model;
    this.head = head;
  }

  /** Reads what {@link #files} wrote. */
  static PooledHeadScorer read(CausalLanguageModel model, byte[] safeTensors) {
    return new PooledHeadScorer(model, ScalarHead.fromSafeTensors(model, safeTensors));
  }

  /** w, one number per component of a hidden state. */
  public double[] weights() {
    return head.parameters().values(head.parameters().names().getFirst());
  }

  /** The model whose states it reads. */
  public CausalLanguageModel model() {
    return model;
  }

  ScalarHead head() {
    return head;
  }

  @Override
  public double[][] scores(List<TokenRow> rows, int batchSize) {
    double[][] scores = new double[rows.size()][];
    for (int from = 0; from < scores.length; from += batchSize) {
      List<TokenRow> part = rows.subList(from, Math.min(from + batchSize, scores.length));
      TokenScores perToken = model.scores(part, Adapter.none(), head);
      for (int i = 0; i < part.size(); i++) {
        scores[from + i] = MEAN.of(perToken.values(i), part.get(i).completionStart());
      }
    }
    return scores;
  }

  @Override
  public SortedMap<String, byte[]> files(String card) {
    return new TreeMap<>(Map.of(ScalarHead.FILE, head.toSafeTensors()));
  }

  @Override
  public void close() {
    head.close();
  }
}
