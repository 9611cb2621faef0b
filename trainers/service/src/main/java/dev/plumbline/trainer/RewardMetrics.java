/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import dev.plumbline.alignment.LearningMetrics;
import dev.plumbline.alignment.WilsonInterval;
import dev.plumbline.reward.BradleyTerryLoss;
import dev.plumbline.reward.PairEvaluation;
import dev.plumbline.reward.PairScores;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/** What a reward model's scores of pairs come to, under the names of TRL's RewardTrainer. */
final class RewardMetrics {
  private RewardMetrics() {}

  /**
   * {@code loss} (mean over pairs); {@code mean_reward}, {@code min_reward} and {@code max_reward}
   * over all texts; of pairs that have a better text {@code accuracy} (equal scores count half) and
   * {@code margin} (mean score by which it is ahead). Nothing is said of no pairs.
   */
  static Map<String, Double> of(List<PairScores> scored, BradleyTerryLoss loss) {
    Map<String, Double> metrics = new TreeMap<>();
    if (scored.isEmpty()) {
      return metrics;
    }
    metrics.put("loss", loss.of(scored, scored.size()).loss());
    DoubleSummaryStatistics rewards =
        scored.stream()
            .flatMapToDouble(pair -> DoubleStream.of(pair.a(), pair.b()))
            .summaryStatistics();
    metrics.put("mean_reward", rewards.getAverage());
    metrics.put("min_reward", rewards.getMin());
    metrics.put("max_reward", rewards.getMax());
    PairEvaluation evaluation = PairEvaluation.of(scored);
    if (evaluation.decided() > 0) {
      metrics.put("accuracy", evaluation.accuracy());
      metrics.put("margin", evaluation.meanLead());
    }
    return metrics;
  }

  /**
   * {@link #of} under the prefix {@value LearningMetrics#EVAL}, with {@code eval_count}, {@code
   * eval_decided} (pairs that have a better text) and of those the bounds of the accuracy's {@link
   * WilsonInterval} ({@code eval_accuracy_low}, {@code _high}), {@code eval_log_loss} and {@code
   * eval_calibration_error}; see {@link PairEvaluation}.
   */
  static Map<String, Double> heldOut(List<PairScores> scored, BradleyTerryLoss loss) {
    Map<String, Double> metrics = new TreeMap<>(of(scored, loss));
    PairEvaluation evaluation = PairEvaluation.of(scored);
    metrics.put("count", (double) evaluation.pairs());
    metrics.put("decided", (double) evaluation.decided());
    if (evaluation.decided() > 0) {
      WilsonInterval interval = WilsonInterval.of(evaluation.right(), evaluation.decided());
      metrics.put("accuracy_low", interval.low());
      metrics.put("accuracy_high", interval.high());
      metrics.put("log_loss", evaluation.logLoss());
      metrics.put("calibration_error", evaluation.calibrationError());
    }
    Map<String, Double> named = new TreeMap<>();
    metrics.forEach((name, value) -> named.put(LearningMetrics.EVAL + name, value));
    return named;
  }
}
