/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import dev.plumbline.alignment.objectives.CompletionStatistics;
import dev.plumbline.alignment.objectives.ScoredUnpaired;
import dev.plumbline.alignment.objectives.TokenDerivatives;
import dev.plumbline.alignment.objectives.UnpairedBatchValue;
import dev.plumbline.alignment.objectives.UnpairedObjective;
import dev.plumbline.alignment.objectives.UnpairedStatistics;
import dev.plumbline.lm.AdamW;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.LoraAdapter;
import dev.plumbline.lm.TokenRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Learns from single completions that were found desirable or not, one optimizer step per batch.
 *
 * <p>Where the objective asks for mismatched completions, each example's prompt is also scored with
 * the completion of the example before it in the batch (the first with the last one's), without
 * gradient. Owns nothing; used by the thread that uses the model.
 */
public final class UnpairedTrainer {
  private final BatchLearner<EncodedUnpaired, ScoredUnpaired> learner;

  /**
   * @param batchSize N in the loss: examples per optimizer step
   * @param microBatchSize examples in memory at once
   * @param maxLength longest row in tokens; a mismatched completion is cut to fit
   * @param seed of the dropout's noise, where the adapter has dropout
   */
  public UnpairedTrainer(
      CausalLanguageModel model,
      LoraAdapter adapter,
      AdamW optimizer,
      UnpairedObjective objective,
      int batchSize,
      int microBatchSize,
      int maxLength,
      long seed) {
    this.learner =
        new BatchLearner<>(
            model,
            adapter,
            optimizer,
            new Unpaired(objective, maxLength),
            batchSize,
            microBatchSize,
            seed);
  }

  /** Learns from one batch; see {@link PreferenceTrainer#step}. */
  public LearningStep<ScoredUnpaired> step(List<EncodedUnpaired> batch) {
    return learner.step(batch);
  }

  /** Scores examples without learning from them, as one batch, in order. */
  public List<ScoredUnpaired> score(List<EncodedUnpaired> examples) {
    return learner.score(examples);
  }

  private record Unpaired(UnpairedObjective objective, int maxLength)
      implements ExampleKind<EncodedUnpaired, ScoredUnpaired> {
    @Override
    public String plural() {
      return "examples";
    }

    @Override
    public List<EncodedCompletion> completions(EncodedUnpaired example) {
      return List.of(example.completion());
    }

    @Override
    public List<EncodedCompletion> contrasts(List<EncodedUnpaired> batch) {
      if (!objective.needsMismatched() || batch.size() < 2) {
        return List.of();
      }
      List<EncodedCompletion> mismatched = new ArrayList<>(batch.size());
      for (int i = 0; i < batch.size(); i++) {
        EncodedUnpaired before = batch.get((i + batch.size() - 1) % batch.size());
        mismatched.add(
            EncodedCompletion.of(
                joined(batch.get(i).completion().row(), before.completion().row())));
      }
      return mismatched;
    }

    /** The prompt of one row and the completion of another. */
    private TokenRow joined(TokenRow promptOf, TokenRow completionOf) {
      int[] prompt = Arrays.copyOf(promptOf.ids(), promptOf.completionStart());
      int room = Math.max(1, maxLength - prompt.length);
      int from = completionOf.completionStart();
      int to = Math.min(completionOf.length(), from + room);
      return TokenRow.of(prompt, Arrays.copyOfRange(completionOf.ids(), from, to));
    }

    @Override
    public List<ScoredUnpaired> evaluate(
        List<EncodedUnpaired> examples,
        List<EncodedUnpaired> batch,
        List<List<CompletionStatistics>> said,
        List<CompletionStatistics> contrasts) {
      List<UnpairedStatistics> statistics = new ArrayList<>(examples.size());
      for (int i = 0; i < examples.size(); i++) {
        @Nullable CompletionStatistics mismatched = contrasts.isEmpty() ? null : contrasts.get(i);
        statistics.add(
            new UnpairedStatistics(
                said.get(i).getFirst(),
                mismatched,
                examples.get(i).belief(),
                examples.get(i).weight()));
      }
      UnpairedBatchValue values = objective.evaluate(statistics);
      List<ScoredUnpaired> scored = new ArrayList<>(examples.size());
      for (int i = 0; i < examples.size(); i++) {
        scored.add(
            new ScoredUnpaired(statistics.get(i), values.values().get(i), values.referencePoint()));
      }
      return scored;
    }

    @Override
    public double weight(ScoredUnpaired example) {
      return example.statistics().weight();
    }

    @Override
    public List<TokenDerivatives> derivatives(ScoredUnpaired example) {
      return List.of(example.value().completion());
    }
  }
}
