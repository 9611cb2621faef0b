/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import dev.plumbline.alignment.rldaf.FeedbackWeights;
import dev.plumbline.alignment.rldaf.RolloutTokens;
import dev.plumbline.lm.Statistic;
import java.util.Map;

/** Between what objectives are told and what RLDAF's mathematics reads. */
final class RldafTokens {
  private RldafTokens() {}

  static RolloutTokens.Model model(CompletionStatistics completion) {
    return new RolloutTokens.Model(
        completion.values(Statistic.LOG_PROB),
        completion.values(Statistic.REFERENCE_LOG_PROB),
        completion.values(Statistic.REVERSE_KL));
  }

  /** What the weights have become, by name. */
  static Map<String, Double> metrics(FeedbackWeights weights) {
    return Map.of(
        "feedback/attribute_weight", weights.attribute(),
        "feedback/attainment", weights.attainment(),
        "feedback/divergence", weights.divergence());
  }
}
