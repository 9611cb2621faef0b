/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward.attribute;

import dev.plumbline.lm.TokenRow;
import java.util.List;
import java.util.SortedMap;

/**
 * What a controller reads off texts before calibration: a number per prefix, the larger the more
 * probable the attribute. Owned, closeable; used by the thread that uses the model below it.
 */
public sealed interface PrefixScorer extends AutoCloseable
    permits PooledHeadScorer, ClassConditionalScorer, LexiconScorer {

  /** As {@link AttributeController#prefixLogProbs}, in units of its own. */
  double[][] scores(List<TokenRow> rows, int batchSize);

  /**
   * What it can be read from again, by path.
   *
   * @param card what {@code README.md} says of parts that have one
   */
  SortedMap<String, byte[]> files(String card);

  @Override
  void close();
}
