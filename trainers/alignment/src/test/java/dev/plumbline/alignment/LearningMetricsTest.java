/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.plumbline.alignment.objectives.BatchShape;
import dev.plumbline.alignment.objectives.CompletionStatistics;
import dev.plumbline.alignment.objectives.ImplicitReward;
import dev.plumbline.alignment.objectives.ListStatistics;
import dev.plumbline.alignment.objectives.ListValue;
import dev.plumbline.alignment.objectives.PairStatistics;
import dev.plumbline.alignment.objectives.PairValue;
import dev.plumbline.alignment.objectives.ScoredPair;
import dev.plumbline.alignment.objectives.ScoredRanking;
import dev.plumbline.alignment.objectives.TokenDerivatives;
import dev.plumbline.lm.Statistic;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LearningMetricsTest {

  @Test
  void shouldAverageUnderTheNamesOfTrl() {
    List<ScoredPair> pairs =
        List.of(pair(1, 1, -2, -4, 0.3, 0.1), pair(0.25, 0.5, -6, -10, 0.2, -0.4));

    assertThat(LearningMetrics.of(pairs))
        .containsOnly(
            entry("loss", (1 * 0.7 + 0.5 * 0.7) / 2),
            entry("rewards/chosen", (0.3 - 0.4) / 2),
            entry("rewards/rejected", (0.1 + 0.2) / 2),
            entry("rewards/margins", ((0.3 - 0.1) + (-0.4 - 0.2)) / 2),
            entry("rewards/accuracies", 0.5),
            entry("logps/chosen", -6.0),
            entry("logps/rejected", -5.0));
  }

  @Test
  void shouldCountAPairWithoutChosenSideInTheLossOnly() {
    assertThat(LearningMetrics.of(List.of(pair(0.5, 1, -2, -4, 0.3, 0.1))))
        .containsOnly(entry("loss", 0.7));
  }

  @Test
  void shouldAverageTokenStatisticsOverTokensByTheirWeight() {
    CompletionStatistics best = tokens(1, 5).weighted(new double[] {1, 3});
    ScoredRanking ranking =
        new ScoredRanking(
            new ListStatistics(List.of(best, tokens(8), tokens(2)), List.of(2, 1), 1),
            new ListValue(
                0.7, Collections.nCopies(3, TokenDerivatives.none()), List.of(3.0, 2.0, 1.0)));

    assertThat(LearningMetrics.of(List.of(ranking)))
        .contains(
            entry("entropy", (1 + 3 * 5 + 8 + 2) / 6.0),
            entry("logits/chosen", (1 + 3 * 5) / 4.0),
            entry("logits/rejected", 2.0),
            entry("mean_token_accuracy", (1 + 3 * 5) / 4.0));
  }

  @Test
  void shouldPrefixHeldOutMetricsAndBoundTheirAccuracy() {
    List<ScoredPair> pairs = List.of(pair(1, 1, -2, -4, 0.3, 0.1), pair(0, 1, -2, -4, 0.3, 0.1));

    assertThat(LearningMetrics.heldOut(pairs))
        .contains(
            entry("eval_count", 2.0),
            entry("eval_decided", 2.0),
            entry("eval_rewards/accuracies", 0.5),
            entry("eval_rewards/accuracies_low", WilsonInterval.of(1, 2).low()),
            entry("eval_rewards/accuracies_high", WilsonInterval.of(1, 2).high()),
            entry("eval_logps/accuracies", 0.5),
            entry("eval_ref_logps/accuracies", 0.5))
        .containsKeys("eval_loss", "eval_rewards/margins")
        .doesNotContainKey("loss");
  }

  @Test
  void shouldSayOnlyThatNothingWasHeldOut() {
    assertThat(LearningMetrics.heldOut(List.of())).containsOnly(entry("eval_count", 0.0));
  }

  private static ScoredPair pair(
      double belief, double weight, double logProbA, double logProbB, double rewA, double rewB) {
    return new ScoredPair(
        new PairStatistics(
            oneToken(logProbA, -1),
            oneToken(logProbB, -2),
            belief,
            0,
            weight,
            new BatchShape(1, 1)),
        new PairValue(
            0.7,
            TokenDerivatives.none(),
            TokenDerivatives.none(),
            ImplicitReward.of(rewA),
            ImplicitReward.of(rewB)));
  }

  /** The same numbers for each token statistic. */
  private static CompletionStatistics tokens(double... values) {
    return CompletionStatistics.of(
        LearningMetrics.TOKEN_STATISTICS.stream()
            .collect(Collectors.toMap(statistic -> statistic, statistic -> values)));
  }

  private static CompletionStatistics oneToken(double logProb, double referenceLogProb) {
    return CompletionStatistics.of(
        Map.of(
            Statistic.LOG_PROB,
            new double[] {logProb},
            Statistic.REFERENCE_LOG_PROB,
            new double[] {referenceLogProb}));
  }
}
