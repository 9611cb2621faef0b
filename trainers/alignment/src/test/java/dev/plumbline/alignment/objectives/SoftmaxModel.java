/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import dev.plumbline.alignment.LearningMetrics;
import dev.plumbline.lm.LabelScope;
import dev.plumbline.lm.Statistic;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Says what follows from the logits, in float64; see {@link LogitRow}. */
record SoftmaxModel(List<LogitRow> rows) implements OracleModel {
  @Override
  public double[][][] gradient(
      Set<Statistic> asked,
      LabelScope labels,
      Function<List<CompletionStatistics>, List<TokenDerivatives>> loss) {
    List<TokenDerivatives> derivatives =
        loss.apply(rows.stream().map(row -> row.statistics(asked)).toList());
    return IntStream.range(0, rows.size())
        .mapToObj(row -> rows.get(row).pullBack(derivatives.get(row)))
        .toArray(double[][][]::new);
  }

  @Override
  public Set<Statistic> tokenStatistics() {
    return LearningMetrics.TOKEN_STATISTICS;
  }
}
