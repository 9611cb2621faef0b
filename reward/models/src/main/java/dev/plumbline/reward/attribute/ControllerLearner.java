/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward.attribute;

import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.StepReport;
import java.util.List;

/**
 * A scorer of prefixes that learns from labelled texts, whole and broken off. Owns the scorer until
 * {@link #finish} and what the optimizer remembers. Used by the thread that uses the model.
 */
public sealed interface ControllerLearner extends AutoCloseable
    permits PooledHeadLearner, ClassConditionalLearner, LexiconLearner {

  /**
   * A learner of the recipe's kind.
   *
   * @param model whose states, log-probabilities or tokens the controller reads
   * @param texts that it will learn from; a lexicon takes its words from them
   */
  static ControllerLearner start(
      CausalLanguageModel model, ControllerRecipe recipe, List<LabelledRow> texts) {
    return switch (recipe.controller()) {
      case HEAD -> PooledHeadLearner.start(model, recipe);
      case CLASS_CONDITIONAL -> ClassConditionalLearner.start(model, recipe);
      case LEXICON -> LexiconLearner.start(model.tokenizer(), recipe, texts);
    };
  }

  /**
   * Learns from one batch.
   *
   * @param batch at least one text
   * @return the mean loss of the batch before it, in nats
   * @throws IllegalStateException when a gradient isn't finite; nothing was learned then
   */
  double step(List<LabelledRow> batch);

  /** Hands the scorer over and closes the rest; whoever receives it closes it. */
  PrefixScorer finish();

  @Override
  default void close() {
    finish().close();
  }

  /** What became of a step must be that it was applied. */
  static void requireApplied(StepReport report) {
    switch (report) {
      case StepReport.Applied applied -> {}
      case StepReport.Refused refused -> throw new IllegalStateException(refused.toString());
    }
  }
}
