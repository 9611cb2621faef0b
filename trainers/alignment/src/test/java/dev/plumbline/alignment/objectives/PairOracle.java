/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import dev.plumbline.lm.Statistic;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * A batch of an oracle file seen through an objective: the first half of the rows are completions
 * a, the others b.
 */
final class PairOracle {
  private final OracleCase oracle;
  private final double[][][] gradient;
  private List<ScoredPair> pairs = List.of();

  /** Where a is chosen in every pair. */
  PairOracle(OracleCase oracle, PairObjective objective) {
    this(oracle, objective, objective.statistics(), PairOracle::chosenAndRejected);
  }

  /**
   * @param asked at least what the objective reads
   * @param pairing of what is said of the rows
   */
  PairOracle(
      OracleCase oracle,
      PairObjective objective,
      Set<Statistic> asked,
      Function<List<CompletionStatistics>, List<PairStatistics>> pairing) {
    this.oracle = oracle;
    this.gradient =
        oracle
            .model()
            .gradient(asked, objective.labels(), said -> learn(objective, pairing.apply(said)));
  }

  static List<PairStatistics> chosenAndRejected(List<CompletionStatistics> said) {
    int count = said.size() / 2;
    List<BatchShape.Lengths> lengths = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lengths.add(PairStatistics.lengths(said.get(i), said.get(count + i), 1, 1));
    }
    BatchShape shape = BatchShape.of(lengths);
    List<PairStatistics> statistics = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      statistics.add(new PairStatistics(said.get(i), said.get(count + i), 1, 0, 1, shape));
    }
    return statistics;
  }

  private List<TokenDerivatives> learn(PairObjective objective, List<PairStatistics> statistics) {
    List<PairValue> values = objective.evaluate(statistics);
    List<ScoredPair> scored = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      scored.add(new ScoredPair(statistics.get(i), values.get(i)));
    }
    pairs = scored;
    double share = 1.0 / values.size();
    return Stream.concat(
            values.stream().map(value -> value.a().times(share)),
            values.stream().map(value -> value.b().times(share)))
        .toList();
  }

  List<ScoredPair> pairs() {
    return pairs;
  }

  double[][][] gradient() {
    return gradient;
  }

  /** Compares a property of each pair with the expected numbers of that name. */
  void close(String name, ToDoubleFunction<ScoredPair> property) {
    oracle.close(name, pairs.stream().mapToDouble(property).toArray());
  }

  double mean(ToDoubleFunction<ScoredPair> property) {
    return pairs.stream().mapToDouble(property).average().orElseThrow();
  }

  double loss() {
    return mean(pair -> pair.value().loss());
  }
}
