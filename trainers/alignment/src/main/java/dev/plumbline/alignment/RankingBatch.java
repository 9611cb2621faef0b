/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import dev.plumbline.alignment.objectives.CompletionStatistics;
import dev.plumbline.alignment.objectives.ListObjective;
import dev.plumbline.alignment.objectives.ListStatistics;
import dev.plumbline.alignment.objectives.ScoredRanking;
import dev.plumbline.alignment.objectives.TokenDerivatives;
import java.util.ArrayList;
import java.util.List;

/** Rankings, for objectives on lists. */
record RankingBatch(ListObjective objective) implements ExampleKind<EncodedRanking, ScoredRanking> {
  @Override
  public Class<EncodedRanking> example() {
    return EncodedRanking.class;
  }

  @Override
  public String plural() {
    return "rankings";
  }

  @Override
  public List<EncodedCompletion> completions(EncodedRanking ranking) {
    return ranking.completions();
  }

  @Override
  public List<EncodedCompletion> contrasts(List<EncodedRanking> batch) {
    return List.of();
  }

  @Override
  public List<ScoredRanking> evaluate(
      List<EncodedRanking> rankings,
      List<EncodedRanking> batch,
      List<List<CompletionStatistics>> said,
      List<CompletionStatistics> contrasts) {
    List<ScoredRanking> scored = new ArrayList<>(rankings.size());
    for (int i = 0; i < rankings.size(); i++) {
      EncodedRanking ranking = rankings.get(i);
      ListStatistics statistics =
          new ListStatistics(said.get(i), ranking.tierSizes(), ranking.weight());
      scored.add(new ScoredRanking(statistics, objective.evaluate(statistics)));
    }
    return scored;
  }

  @Override
  public double weight(ScoredRanking ranking) {
    return ranking.statistics().weight();
  }

  @Override
  public List<TokenDerivatives> derivatives(ScoredRanking ranking) {
    return ranking.value().completions();
  }
}
