/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward.attribute;

import dev.plumbline.lm.AdamW;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.ForwardPass;
import dev.plumbline.lm.Gradients;
import dev.plumbline.lm.LoraAdapter;
import dev.plumbline.lm.TokenRow;
import java.util.List;

/**
 * Learns to speak like the texts with and like those without the attribute, and to tell them apart:
 * GeDi's sum of a generative and a discriminative loss (arXiv 2009.06367, equation 11), the latter
 * over all prefixes.
 *
 * <pre>
 *   L = g (-1/T sum_t log p(y_t | y_&lt;t, own class)) + (1 - g) PrefixLoss
 * </pre>
 */
final class ClassConditionalLearner implements ControllerLearner {
  private final ClassConditionalScorer scorer;
  private final double generativeWeight;
  private final AdamW withOptimizer;
  private final AdamW withoutOptimizer;

  private ClassConditionalLearner(ClassConditionalScorer scorer, ControllerRecipe recipe) {
    this.scorer = scorer;
    this.generativeWeight = recipe.generativeWeight();
    this.withOptimizer = AdamW.create(recipe.adamW(), scorer.with().parameters());
    this.withoutOptimizer = AdamW.create(recipe.adamW(), scorer.without().parameters());
  }

  static ClassConditionalLearner start(CausalLanguageModel model, ControllerRecipe recipe) {
    return new ClassConditionalLearner(
        new ClassConditionalScorer(
            model,
            LoraAdapter.initialize(model, recipe.lora(), recipe.seed()),
            LoraAdapter.initialize(model, recipe.lora(), recipe.seed() + 1),
            recipe.posteriorScale(),
            recipe.priorTokens()),
        recipe);
  }

  @Override
  public double step(List<LabelledRow> batch) {
    List<TokenRow> rows = batch.stream().map(LabelledRow::row).toList();
    CausalLanguageModel model = scorer.model();
    try (ForwardPass with = model.forward(rows, scorer.with());
        ForwardPass without = model.forward(rows, scorer.without())) {
      double loss = 0;
      double[][] ofWith = new double[rows.size()][];
      double[][] ofWithout = new double[rows.size()][];
      for (int i = 0; i < ofWith.length; i++) {
        TokenRow row = rows.get(i);
        double[] a = with.statistics().logProbs(i);
        double[] b = without.statistics().logProbs(i);
        boolean has = batch.get(i).has();
        PrefixLoss apart = PrefixLoss.of(scorer.scores(row, a, b), has);
        double[] byDifference =
            scorer.mean().pullBack(apart.derivatives(), row.completionStart() - 1);
        ofWith[i] = new double[row.labels()];
        ofWithout[i] = new double[row.labels()];
        double share = 1.0 / ofWith.length;
        double spoken = share * generativeWeight / row.labels();
        loss += share * (1 - generativeWeight) * apart.value();
        for (int t = 0; t < row.labels(); t++) {
          double tells = share * (1 - generativeWeight) * scorer.scale() * byDifference[t];
          ofWith[i][t] = tells - (has ? spoken : 0);
          ofWithout[i][t] = -tells - (has ? 0 : spoken);
          loss -= spoken * (has ? a[t] : b[t]);
        }
      }
      try (Gradients gradients = with.pullBack(ofWith)) {
        ControllerLearner.requireApplied(withOptimizer.step(gradients));
      }
      try (Gradients gradients = without.pullBack(ofWithout)) {
        ControllerLearner.requireApplied(withoutOptimizer.step(gradients));
      }
      return loss;
    }
  }

  @Override
  public PrefixScorer finish() {
    withOptimizer.close();
    withoutOptimizer.close();
    return scorer;
  }
}
