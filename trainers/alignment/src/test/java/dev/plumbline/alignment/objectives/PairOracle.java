/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * A batch of an oracle file seen through an objective: rows of a are chosen, those of b rejected.
 */
final class PairOracle {
  private final List<LogitRow> rows = new ArrayList<>();
  private final List<PairStatistics> statistics = new ArrayList<>();
  private final List<PairValue> values;

  PairOracle(JsonNode batch, PairObjective objective) {
    int pairs = batch.get("B").asInt();
    for (int row = 0; row < 2 * pairs; row++) {
      rows.add(new LogitRow(batch, row));
    }
    List<BatchShape.Lengths> lengths = new ArrayList<>();
    for (int i = 0; i < pairs; i++) {
      lengths.add(
          PairStatistics.lengths(rows.get(i).statistics(), rows.get(pairs + i).statistics(), 1, 1));
    }
    BatchShape shape = BatchShape.of(lengths);
    for (int i = 0; i < pairs; i++) {
      statistics.add(
          new PairStatistics(
              rows.get(i).statistics(), rows.get(pairs + i).statistics(), 1, 0, 1, shape));
    }
    values = objective.evaluate(statistics);
  }

  List<PairStatistics> statistics() {
    return statistics;
  }

  double[] each(ToDoubleFunction<ScoredPair> property) {
    return IntStream.range(0, values.size())
        .mapToDouble(i -> property.applyAsDouble(new ScoredPair(statistics.get(i), values.get(i))))
        .toArray();
  }

  double mean(ToDoubleFunction<ScoredPair> property) {
    double sum = 0;
    for (double value : each(property)) {
      sum += value;
    }
    return sum / values.size();
  }

  double loss() {
    return mean(pair -> pair.value().loss());
  }

  void checkGradient(JsonNode expected) {
    int pairs = values.size();
    for (int i = 0; i < pairs; i++) {
      Oracles.close(
          "gradient of chosen " + i,
          rows.get(i).pullBack(values.get(i).a(), 1.0 / pairs),
          expected.get(i));
      Oracles.close(
          "gradient of rejected " + i,
          rows.get(pairs + i).pullBack(values.get(i).b(), 1.0 / pairs),
          expected.get(pairs + i));
    }
  }
}
