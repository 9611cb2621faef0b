/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * Averages over pairs under the names that TRL's trainers log. Pairs at belief one half have no
 * chosen side: they count in the loss and nowhere else.
 */
public final class PreferenceMetrics {
  /** Prefix of metrics on held-out pairs. */
  public static final String EVAL = "eval_";

  private PreferenceMetrics() {}

  /**
   * {@code loss} (the weighted mean w_i L_i), and over decided pairs {@code rewards/chosen}, {@code
   * rewards/rejected}, {@code rewards/margins}, {@code rewards/accuracies}, {@code logps/chosen},
   * {@code logps/rejected}. An average over no pair is left out.
   */
  public static Map<String, Double> of(List<ScoredPair> pairs) {
    Map<String, Double> metrics = new TreeMap<>();
    put(metrics, "loss", pairs, pair -> pair.statistics().weight() * pair.value().loss());
    List<ScoredPair> decided = decided(pairs);
    put(metrics, "rewards/chosen", decided, ScoredPair::chosenReward);
    put(metrics, "rewards/rejected", decided, ScoredPair::rejectedReward);
    put(metrics, "rewards/margins", decided, pair -> pair.chosenReward() - pair.rejectedReward());
    put(metrics, "rewards/accuracies", decided, share(ScoredPair::isRewardRight));
    put(metrics, "logps/chosen", decided, ScoredPair::chosenLogProb);
    put(metrics, "logps/rejected", decided, ScoredPair::rejectedLogProb);
    return metrics;
  }

  /**
   * {@link #of} under the prefix {@value #EVAL}, with {@code eval_count}, {@code eval_decided}
   * (pairs with a chosen side), the bounds of the accuracy's {@link WilsonInterval} ({@code
   * eval_rewards/accuracies_low}, {@code _high}), and the accuracy of the bare log-probabilities of
   * the policy ({@code eval_logps/accuracies}) and of the reference ({@code
   * eval_ref_logps/accuracies}).
   */
  public static Map<String, Double> heldOut(List<ScoredPair> pairs) {
    Map<String, Double> metrics = new TreeMap<>();
    of(pairs).forEach((name, value) -> metrics.put(EVAL + name, value));
    metrics.put(EVAL + "count", (double) pairs.size());
    List<ScoredPair> decided = decided(pairs);
    metrics.put(EVAL + "decided", (double) decided.size());
    if (!decided.isEmpty()) {
      WilsonInterval interval =
          WilsonInterval.of(
              decided.stream().filter(ScoredPair::isRewardRight).count(), decided.size());
      metrics.put(EVAL + "rewards/accuracies_low", interval.low());
      metrics.put(EVAL + "rewards/accuracies_high", interval.high());
    }
    put(metrics, EVAL + "logps/accuracies", decided, share(ScoredPair::isPolicyRight));
    put(metrics, EVAL + "ref_logps/accuracies", decided, share(ScoredPair::isReferenceRight));
    return metrics;
  }

  private static List<ScoredPair> decided(List<ScoredPair> pairs) {
    return pairs.stream().filter(ScoredPair::isDecided).toList();
  }

  private static ToDoubleFunction<ScoredPair> share(Predicate<ScoredPair> property) {
    return pair -> property.test(pair) ? 1 : 0;
  }

  private static void put(
      Map<String, Double> metrics,
      String name,
      List<ScoredPair> pairs,
      ToDoubleFunction<ScoredPair> property) {
    if (pairs.isEmpty()) {
      return;
    }
    // A plain loop: a stream's sum is compensated in a way that no contract fixes.
    double sum = 0;
    for (ScoredPair pair : pairs) {
      sum += property.applyAsDouble(pair);
    }
    metrics.put(name, sum / pairs.size());
  }
}
