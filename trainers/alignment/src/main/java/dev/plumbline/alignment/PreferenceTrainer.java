/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import dev.plumbline.alignment.objectives.BatchShape;
import dev.plumbline.alignment.objectives.CompletionStatistics;
import dev.plumbline.alignment.objectives.PairObjective;
import dev.plumbline.alignment.objectives.PairStatistics;
import dev.plumbline.alignment.objectives.PairValue;
import dev.plumbline.alignment.objectives.ScoredPair;
import dev.plumbline.alignment.objectives.TokenDerivatives;
import dev.plumbline.lm.AdamW;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.LoraAdapter;
import java.util.ArrayList;
import java.util.List;

/**
 * Learns from preference pairs, one optimizer step per batch, by any pair objective.
 *
 * <p>The reference is the same model with its adapter off, so that before the first step no pair
 * has a margin, to the bit; it runs only for objectives that need it. Only a step's policy drops
 * inputs: the reference and {@link #score} never do. Owns nothing; used by the thread that uses the
 * model.
 */
public final class PreferenceTrainer {
  private final BatchLearner<EncodedPair, ScoredPair> learner;

  /**
   * @param batchSize N in the loss: pairs per optimizer step
   * @param microBatchSize pairs in memory at once
   * @param seed of the dropout's noise, where the adapter has dropout
   */
  public PreferenceTrainer(
      CausalLanguageModel model,
      LoraAdapter adapter,
      AdamW optimizer,
      PairObjective objective,
      int batchSize,
      int microBatchSize,
      long seed) {
    this.learner =
        new BatchLearner<>(
            model, adapter, optimizer, new Pairs(objective), batchSize, microBatchSize, seed);
  }

  /**
   * Learns from one batch: one optimizer step, or a refused one that leaves the weights as they
   * were.
   *
   * @param batch 1 to {@code batchSize} pairs; a short batch is still divided by {@code batchSize}
   */
  public PreferenceStep step(List<EncodedPair> batch) {
    LearningStep<ScoredPair> step = learner.step(batch);
    return new PreferenceStep(step.scored(), step.tokens(), step.report());
  }

  /** Scores pairs without learning from them, as one batch, in order. */
  public List<ScoredPair> score(List<EncodedPair> pairs) {
    return learner.score(pairs);
  }

  private record Pairs(PairObjective objective) implements ExampleKind<EncodedPair, ScoredPair> {
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
    public List<TokenDerivatives> derivatives(ScoredPair pair) {
      return List.of(pair.value().a(), pair.value().b());
    }
  }
}
