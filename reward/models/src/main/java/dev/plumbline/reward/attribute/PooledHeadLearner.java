/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward.attribute;

import dev.plumbline.lm.AdamW;
import dev.plumbline.lm.Adapter;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.Gradients;
import dev.plumbline.lm.Parameters;
import dev.plumbline.lm.ScalarHead;
import dev.plumbline.lm.ScorePass;
import dev.plumbline.lm.ScoreRequest;
import dev.plumbline.lm.TokenRow;
import java.util.List;

/** Logistic regression on averaged hidden states, over all prefixes of each text. */
final class PooledHeadLearner implements ControllerLearner {
  private final PooledHeadScorer scorer;
  private final Parameters trained;
  private final AdamW optimizer;

  private PooledHeadLearner(PooledHeadScorer scorer, Parameters trained, AdamW optimizer) {
    this.scorer = scorer;
    this.trained = trained;
    this.optimizer = optimizer;
  }

  static PooledHeadLearner start(CausalLanguageModel model, ControllerRecipe recipe) {
    ScalarHead head = ScalarHead.initialize(model, recipe.seed());
    Parameters trained = head.alone();
    return new PooledHeadLearner(
        new PooledHeadScorer(model, head), trained, AdamW.create(recipe.adamW(), trained));
  }

  @Override
  public double step(List<LabelledRow> batch) {
    List<TokenRow> rows = batch.stream().map(LabelledRow::row).toList();
    try (ScorePass pass =
        scorer.model().forwardHead(rows, Adapter.none(), scorer.head(), ScoreRequest.defaults())) {
      double loss = 0;
      double[][] derivatives = new double[rows.size()][];
      for (int i = 0; i < derivatives.length; i++) {
        int from = rows.get(i).completionStart();
        PrefixLoss ofText =
            PrefixLoss.of(
                PooledHeadScorer.MEAN.of(pass.scores().values(i), from), batch.get(i).has());
        loss += ofText.value() / derivatives.length;
        derivatives[i] = PooledHeadScorer.MEAN.pullBack(ofText.derivatives(), from);
        for (int t = 0; t < derivatives[i].length; t++) {
          derivatives[i][t] /= derivatives.length;
        }
      }
      try (Gradients gradients = pass.pullBack(derivatives)) {
        ControllerLearner.requireApplied(optimizer.step(gradients));
      }
      return loss;
    }
  }

  @Override
  public PrefixScorer finish() {
    optimizer.close();
    trained.close();
    return scorer;
  }
}
