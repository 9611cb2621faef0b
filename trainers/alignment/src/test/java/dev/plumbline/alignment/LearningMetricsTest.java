/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.alignment.objectives.BatchShape;
import dev.plumbline.alignment.objectives.CompletionStatistics;
import dev.plumbline.alignment.objectives.ImplicitReward;
import dev.plumbline.alignment.objectives.ListStatistics;
import dev.plumbline.alignment.objectives.ListValue;
import dev.plumbline.alignment.objectives.PairStatistics;
import dev.plumbline.alignment.objectives.PairValue;
import dev.plumbline.alignment.objectives.RolloutReport;
import dev.plumbline.alignment.objectives.RolloutSample;
import dev.plumbline.alignment.objectives.RolloutShape;
import dev.plumbline.alignment.objectives.RolloutStatistics;
import dev.plumbline.alignment.objectives.RolloutValue;
import dev.plumbline.alignment.objectives.ScoredPair;
import dev.plumbline.alignment.objectives.ScoredRanking;
import dev.plumbline.alignment.objectives.ScoredRollouts;
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
  void shouldSayOfRolloutsHowGoodHowStaleAndHowClippedTheyAre() {
    RolloutSample good = rollout(new double[] {-1, -1}, new double[] {-1, -2}, 1);
    RolloutSample bad = rollout(new double[] {-3}, new double[] {-3}, 0);
    ScoredRollouts group =
        new ScoredRollouts(
            new RolloutStatistics(List.of(good, bad), 2, new RolloutShape(3, 1)),
            new RolloutValue(
                0.7,
                Collections.nCopies(2, TokenDerivatives.none()),
                List.of(new RolloutReport(1, 0.6, 2, 0, 1), new RolloutReport(-1, 0.3, 1, 1, 0))));

    double e = Math.E;
    Map<String, Double> expected =
        Map.ofEntries(
            entry("loss", 1.4),
            entry("reward", 0.5),
            entry("reward_std", Math.sqrt(0.5)),
            entry("frac_reward_zero_std", 0.0),
            entry("completions/mean_length", 1.5),
            entry("completions/min_length", 1.0),
            entry("completions/max_length", 2.0),
            entry("kl", (0.6 + 0.3) / 3),
            entry("clip_ratio/low_mean", 1 / 3.0),
            entry("clip_ratio/low_min", 0.0),
            entry("clip_ratio/high_mean", 1 / 3.0),
            entry("clip_ratio/high_max", 0.5),
            entry("clip_ratio/region_mean", 2 / 3.0),
            entry("sampling/sampling_logp_difference/mean", 1 / 3.0),
            entry("sampling/sampling_logp_difference/max", 1.0),
            entry("sampling/importance_sampling_ratio/min", 1.0),
            entry("sampling/importance_sampling_ratio/mean", e * (1 + 2 * Math.exp(-1)) / 3),
            entry("sampling/importance_sampling_ratio/max", e),
            entry(
                "sampling/effective_sample_size",
                Math.pow(1 + 2 * Math.exp(-1), 2) / (1 + 2 * Math.pow(Math.exp(-1), 2)) / 3));
    Map<String, Double> metrics = LearningMetrics.of(List.of(group));
    assertThat(metrics).containsOnlyKeys(expected.keySet());
    metrics.forEach(
        (name, value) -> assertThat(value).as(name).isCloseTo(expected.get(name), within(1e-12)));
  }

  private static RolloutSample rollout(double[] logProbs, double[] sampler, double reward) {
    return new RolloutSample(
        CompletionStatistics.of(Map.of(Statistic.LOG_PROB, logProbs)), sampler, sampler, reward);
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
