/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import dev.plumbline.lm.LabelScope;
import dev.plumbline.lm.Statistic;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** What says something of the rows of an oracle's batch, and takes derivatives of it back. */
interface OracleModel {
  /**
   * A loss's gradient with respect to the policy's logits: [row][position][vocabulary].
   *
   * @param asked what the loss is told of each row
   * @param labels whether it is told of the prompt too
   * @param loss from what is said of each row to the derivatives by it
   */
  double[][][] gradient(
      Set<Statistic> asked,
      LabelScope labels,
      Function<List<CompletionStatistics>, List<TokenDerivatives>> loss);

  /** Those statistics for metrics alone that it gets right. */
  Set<Statistic> tokenStatistics();
}
