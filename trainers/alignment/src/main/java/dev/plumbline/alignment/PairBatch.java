/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import dev.plumbline.alignment.objectives.BatchShape;
import dev.plumbline.alignment.objectives.CompletionStatistics;
import dev.plumbline.alignment.objectives.PairObjective;
import dev.plumbline.alignment.objectives.PairStatistics;
import dev.plumbline.alignment.objectives.PairValue;
import dev.plumbline.alignment.objectives.ScoredPair;
import dev.plumbline.alignment.objectives.TokenDerivatives;
import java.util.ArrayList;
import java.util.List;

/** Pairs, for objectives on pairs. */
record PairBatch(PairObjective objective) implements ExampleKind<EncodedPair, ScoredPair> {
  @Override
  public Class<EncodedPair> example() {
    return EncodedPair.class;
  }

  @Override
  public String plural() {
    return "pairs";
  }

  @Override
  public List<EncodedCompletion> completions(EncodedPair pair) {
    return List.of(pair.a(), pair.b());
  }

  @Override
  public List<EncodedCompletion> contrasts(List<EncodedPair> batch) {
    return List.of();
  }

  @Override
  public List<ScoredPair> evaluate(
      List<EncodedPair> pairs,
      List<EncodedPair> batch,
      List<List<CompletionStatistics>> said,
      List<CompletionStatistics> contrasts) {
    BatchShape shape = BatchShape.of(batch.stream().map(EncodedPair::lengths).toList());
    List<PairStatistics> statistics = new ArrayList<>(pairs.size());
    for (int i = 0; i < pairs.size(); i++) {
      EncodedPair pair = pairs.get(i);
      statistics.add(
          new PairStatistics(
              said.get(i).getFirst(),
              said.get(i).getLast(),
              pair.belief(),
              pair.tieProb(),
              pair.weight(),
              shape));
    }
    List<PairValue> values = objective.evaluate(statistics);
    List<ScoredPair> scored = new ArrayList<>(pairs.size());
    for (int i = 0; i < pairs.size(); i++) {
      scored.add(new ScoredPair(statistics.get(i), values.get(i)));
    }
    return scored;
  }

  @Override
  public double weight(ScoredPair pair) {
    return pair.statistics().weight();
  }

  @Override
  public PairBatch after(List<ScoredPair> batch) {
    return new PairBatch(objective.after(batch.stream().map(ScoredPair::statistics).toList()));
  }

  @Override
  public List<TokenDerivatives> derivatives(ScoredPair pair) {
    return List.of(pair.value().a(), pair.value().b());
  }
}
