/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward.attribute;

import dev.plumbline.lm.TokenRow;
import java.util.List;

/**
 * Says how probable it is that a text has an attribute: C(a | text) in (0, 1), as a logarithm, for
 * every beginning of the text too. What a text is, prompt included, is the caller's choice: where
 * only what was answered counts, the prompt is the token that starts a text.
 *
 * <p>Used by the thread that uses the language model below it, if there is one.
 */
public sealed interface AttributeController extends AutoCloseable
    permits TrainedController, RemoteController {

  /** What it tells. */
  Attribute attribute();

  /**
   * log C of each row's prompt with the first t tokens of its completion, t from 0 to all.
   *
   * @param batchSize rows computed together; another batch moves the last bits
   * @return per row one number more than its completion has tokens, in nats; the last one is that
   *     of the whole text
   */
  double[][] prefixLogProbs(List<TokenRow> rows, int batchSize);

  /** log C of each whole row. */
  default double[] logProbs(List<TokenRow> rows, int batchSize) {
    double[][] prefixes = prefixLogProbs(rows, batchSize);
    double[] whole = new double[prefixes.length];
    for (int row = 0; row < whole.length; row++) {
      whole[row] = prefixes[row][prefixes[row].length - 1];
    }
    return whole;
  }

  @Override
  void close();
}
