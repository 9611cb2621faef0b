/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import dev.plumbline.alignment.objectives.RolloutReport;
import dev.plumbline.alignment.objectives.RolloutSample;
import dev.plumbline.alignment.objectives.ScoredRollouts;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What is logged of rollouts, under the names of TRL's GRPO trainer where it has them. */
final class RolloutMetrics {
  private RolloutMetrics() {}

  /** The metrics that {@link LearningMetrics#of} documents; none of no group. */
  static Map<String, Double> of(List<ScoredRollouts> groups) {
    Map<String, Double> metrics = new TreeMap<>();
    if (groups.isEmpty()) {
      return metrics;
    }
    List<RolloutSample> rollouts = new ArrayList<>();
    List<RolloutReport> reports = new ArrayList<>();
    double loss = 0;
    double std = 0;
    int even = 0;
    for (ScoredRollouts group : groups) {
      rollouts.addAll(group.statistics().rollouts());
      reports.addAll(group.value().reports());
      loss += group.statistics().weight() * group.value().loss();
      std += group.rewardStd();
      even += group.rewardStd() == 0 ? 1 : 0;
    }
    metrics.put("loss", loss / groups.size());
    metrics.put(
        "reward", rollouts.stream().mapToDouble(RolloutSample::reward).sum() / rollouts.size());
    metrics.put("reward_std", std / groups.size());
    metrics.put("frac_reward_zero_std", (double) even / groups.size());
    putLengths(metrics, rollouts);
    putDivergence(metrics, rollouts, reports);
    putClipped(metrics, reports);
    putCritic(metrics, rollouts, reports);
    putAttainment(metrics, rollouts);
    putSampling(metrics, rollouts);
    return metrics;
  }

  private static void putLengths(Map<String, Double> metrics, List<RolloutSample> rollouts) {
    DoubleSummaryStatistics lengths =
        rollouts.stream().mapToDouble(rollout -> rollout.completion().tokens()).summaryStatistics();
    metrics.put("completions/mean_length", lengths.getAverage());
    metrics.put("completions/min_length", lengths.getMin());
    metrics.put("completions/max_length", lengths.getMax());
  }

  private static void putDivergence(
      Map<String, Double> metrics, List<RolloutSample> rollouts, List<RolloutReport> reports) {
    double sum = 0;
    double tokens = 0;
    for (int r = 0; r < reports.size(); r++) {
      Double divergence = reports.get(r).divergence();
      if (divergence == null) {
        return;
      }
      sum += divergence;
      tokens += rollouts.get(r).completion().length();
    }
    metrics.put("kl", sum / tokens);
  }

  private static void putClipped(Map<String, Double> metrics, List<RolloutReport> reports) {
    double terms = 0;
    double low = 0;
    double high = 0;
    double lowMin = 1;
    double highMax = 0;
    for (RolloutReport report : reports) {
      if (report.terms() == 0) {
        return;
      }
      terms += report.terms();
      low += report.clippedLow();
      high += report.clippedHigh();
      lowMin = Math.min(lowMin, (double) report.clippedLow() / report.terms());
      highMax = Math.max(highMax, (double) report.clippedHigh() / report.terms());
    }
    metrics.put("clip_ratio/low_mean", low / terms);
    metrics.put("clip_ratio/low_min", lowMin);
    metrics.put("clip_ratio/high_mean", high / terms);
    metrics.put("clip_ratio/high_max", highMax);
    metrics.put("clip_ratio/region_mean", (low + high) / terms);
  }

  private static void putCritic(
      Map<String, Double> metrics, List<RolloutSample> rollouts, List<RolloutReport> reports) {
    double tokens = 0;
    double loss = 0;
    double clipped = 0;
    for (int r = 0; r < reports.size(); r++) {
      RolloutReport.Critic critic = reports.get(r).critic();
      if (critic == null) {
        return;
      }
      tokens += rollouts.get(r).completion().tokens();
      loss += critic.loss();
      clipped += critic.clipped();
    }
    metrics.put("loss/value_avg", loss / tokens);
    metrics.put("val/clipfrac_avg", clipped / tokens);
  }

  /** Mean C(end), where a controller told. */
  private static void putAttainment(Map<String, Double> metrics, List<RolloutSample> rollouts) {
    double sum = 0;
    for (RolloutSample rollout : rollouts) {
      double[] prefixes = rollout.attributeLogProbs();
      if (prefixes.length == 0) {
        return;
      }
      sum += Math.exp(prefixes[prefixes.length - 1]);
    }
    metrics.put("control/attainment", sum / rollouts.size());
  }

  /** Of the weights w = pi / mu of all tokens. */
  private static void putSampling(Map<String, Double> metrics, List<RolloutSample> rollouts) {
    double difference = 0;
    double largest = 0;
    double weights = 0;
    double tokens = 0;
    double max = Double.NEGATIVE_INFINITY;
    double min = Double.POSITIVE_INFINITY;
    for (RolloutSample rollout : rollouts) {
      for (int t = 0; t < rollout.completion().tokens(); t++) {
        double logWeight = rollout.logBySampler(t);
        difference += Math.abs(logWeight);
        largest = Math.max(largest, Math.abs(logWeight));
        max = Math.max(max, logWeight);
        min = Math.min(min, logWeight);
        tokens++;
      }
    }
    double squares = 0;
    for (RolloutSample rollout : rollouts) {
      for (int t = 0; t < rollout.completion().tokens(); t++) {
        // Relative to the largest, so that none overflows.
        double weight = Math.exp(rollout.logBySampler(t) - max);
        weights += weight;
        squares += weight * weight;
      }
    }
    metrics.put("sampling/sampling_logp_difference/mean", difference / tokens);
    metrics.put("sampling/sampling_logp_difference/max", largest);
    metrics.put("sampling/importance_sampling_ratio/min", Math.exp(min));
    metrics.put("sampling/importance_sampling_ratio/mean", Math.exp(max) * weights / tokens);
    metrics.put("sampling/importance_sampling_ratio/max", Math.exp(max));
    metrics.put("sampling/effective_sample_size", weights * weights / squares / tokens);
  }
}
