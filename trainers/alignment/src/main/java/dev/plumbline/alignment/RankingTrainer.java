/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import dev.plumbline.alignment.objectives.CompletionStatistics;
import dev.plumbline.alignment.objectives.ListObjective;
import dev.plumbline.alignment.objectives.ListStatistics;
import dev.plumbline.alignment.objectives.ScoredRanking;
import dev.plumbline.alignment.objectives.TokenDerivatives;
import dev.plumbline.lm.AdamW;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.LoraAdapter;
import java.util.ArrayList;
import java.util.List;

/**
 * Learns from rankings of several completions, one optimizer step per batch. Owns nothing; used by
 * the thread that uses the model.
 */
public final class RankingTrainer {
  private final BatchLearner<EncodedRanking, ScoredRanking> learner;

  /**
   * @param batchSize N in the loss: rankings per optimizer step
   * @param microBatchSize rankings in memory at once
   * @param seed of the dropout's noise, where the adapter has dropout
   */
  public RankingTrainer(
      CausalLanguageModel model,
      LoraAdapter adapter,
      AdamW optimizer,
      ListObjective objective,
      int batchSize,
      int microBatchSize,
      long seed) {
    this.learner =
        new BatchLearner<>(
            model, adapter, optimizer, new Rankings(objective), batchSize, microBatchSize, seed);
  }

  /** Learns from one batch; see {@link PreferenceTrainer#step}. */
  public LearningStep<ScoredRanking> step(List<EncodedRanking> batch) {
    return learner.step(batch);
  }

  /** Scores rankings without learning from them, as one batch, in order. */
  public List<ScoredRanking> score(List<EncodedRanking> rankings) {
    return learner.score(rankings);
  }

  private record Rankings(ListObjective objective)
      implements ExampleKind<EncodedRanking, ScoredRanking> {
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
}
