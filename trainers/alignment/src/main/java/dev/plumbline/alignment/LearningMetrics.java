/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import dev.plumbline.alignment.objectives.CompletionStatistics;
import dev.plumbline.alignment.objectives.RolloutSample;
import dev.plumbline.alignment.objectives.ScoredExample;
import dev.plumbline.alignment.objectives.ScoredPair;
import dev.plumbline.alignment.objectives.ScoredRanking;
import dev.plumbline.alignment.objectives.ScoredRollouts;
import dev.plumbline.alignment.objectives.ScoredUnpaired;
import dev.plumbline.lm.Statistic;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Averages over examples under the names that TRL's trainers log. Pairs at belief one half have no
 * chosen side: they count in the loss and nowhere else.
 */
public final class LearningMetrics {
  /** Prefix of metrics on held-out examples. */
  public static final String EVAL = "eval_";

  /** What {@code entropy}, {@code logits/...} and {@code mean_token_accuracy} are averages of. */
  public static final Set<Statistic> TOKEN_STATISTICS =
      Set.of(Statistic.ENTROPY, Statistic.MEAN_LOGIT, Statistic.TOP_ONE);

  private LearningMetrics() {}

  /**
   * The averages over examples of one kind.
   *
   * <p>Pairs: {@code loss} (the weighted mean w_i L_i), and over decided pairs {@code
   * rewards/chosen}, {@code rewards/rejected}, {@code rewards/margins}, {@code rewards/accuracies},
   * {@code logps/chosen}, {@code logps/rejected}. Where the objective reads divergences, also
   * {@code kl/chosen}, {@code kl/rejected} and {@code kl/margin} (chosen less rejected), and the
   * rewards without them: {@code rewards_without_kl/} with {@code chosen}, {@code rejected}, {@code
   * margins} and {@code accuracies}. An average over no pair is left out.
   *
   * <p>Examples that were judged alone: {@code loss}, {@code kl} (the reference point of their
   * batches), and {@code rewards/chosen}, {@code rewards/rejected}, {@code rewards/margins}, {@code
   * logps/chosen} and {@code logps/rejected}, where chosen are those more likely desirable than
   * not.
   *
   * <p>Rankings: {@code loss}, {@code rewards/chosen} and {@code rewards/rejected} (of the first
   * and of the last completion), {@code rewards/margins} between them, and {@code
   * rewards/accuracies}, the share of its ordered pairs that a ranking's rewards have right.
   *
   * <p>Rollouts: {@code loss}, {@code reward}, {@code reward_std} (mean over groups) and {@code
   * frac_reward_zero_std} (share of groups that say nothing), {@code completions/} with {@code
   * mean_length}, {@code min_length} and {@code max_length}; {@code kl} per token, where the
   * objective holds it down; where it clips ratios, {@code clip_ratio/} with {@code low_mean},
   * {@code low_min}, {@code high_mean}, {@code high_max} and {@code region_mean}; where a critic
   * learns, {@code loss/value_avg} (its loss per token) and {@code val/clipfrac_avg}. Of the
   * weights w = policy / sampler of all tokens, under {@code sampling/}: {@code
   * sampling_logp_difference/mean} and {@code max} (of |log w|), {@code
   * importance_sampling_ratio/min}, {@code mean} and {@code max}, and {@code
   * effective_sample_size}, (sum w)^2 / sum w^2 as a share of the tokens.
   *
   * <p>Of all kinds, where {@link #TOKEN_STATISTICS} were asked for, averages over completion
   * tokens, by weight: {@code entropy} of all completions, {@code logits/chosen} and {@code
   * logits/rejected} but for rollouts, and, but for examples judged alone, {@code
   * mean_token_accuracy} of the chosen ones (of rollouts: of all).
   */
  public static Map<String, Double> of(List<? extends ScoredExample> examples) {
    Map<String, Double> metrics = new TreeMap<>();
    metrics.putAll(ofPairs(only(ScoredPair.class, examples)));
    metrics.putAll(ofUnpaired(only(ScoredUnpaired.class, examples)));
    metrics.putAll(ofRankings(only(ScoredRanking.class, examples)));
    metrics.putAll(ofRollouts(only(ScoredRollouts.class, examples)));
    return metrics;
  }

  private static <S extends ScoredExample> List<S> only(
      Class<S> kind, List<? extends ScoredExample> examples) {
    return examples.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  private static Map<String, Double> ofPairs(List<ScoredPair> pairs) {
    Map<String, Double> metrics = new TreeMap<>();
    put(metrics, "loss", pairs, pair -> pair.statistics().weight() * pair.value().loss());
    List<ScoredPair> decided = decided(pairs);
    put(metrics, "rewards/chosen", decided, ScoredPair::chosenReward);
    put(metrics, "rewards/rejected", decided, ScoredPair::rejectedReward);
    put(metrics, "rewards/margins", decided, pair -> pair.chosenReward() - pair.rejectedReward());
    put(metrics, "rewards/accuracies", decided, share(ScoredPair::isRewardRight));
    put(metrics, "logps/chosen", decided, ScoredPair::chosenLogProb);
    put(metrics, "logps/rejected", decided, ScoredPair::rejectedLogProb);
    List<CompletionStatistics> chosen = decided.stream().map(ScoredPair::chosen).toList();
    putPerToken(
        metrics,
        "entropy",
        Statistic.ENTROPY,
        pairs.stream()
            .flatMap(pair -> Stream.of(pair.statistics().a(), pair.statistics().b()))
            .toList());
    putPerToken(metrics, "logits/chosen", Statistic.MEAN_LOGIT, chosen);
    putPerToken(
        metrics,
        "logits/rejected",
        Statistic.MEAN_LOGIT,
        decided.stream().map(ScoredPair::rejected).toList());
    putPerToken(metrics, "mean_token_accuracy", Statistic.TOP_ONE, chosen);
    List<ScoredPair> divergent = decided.stream().filter(ScoredPair::hasDivergence).toList();
    put(metrics, "kl/chosen", divergent, ScoredPair::chosenDivergence);
    put(metrics, "kl/rejected", divergent, ScoredPair::rejectedDivergence);
    put(
        metrics,
        "kl/margin",
        divergent,
        pair -> pair.chosenDivergence() - pair.rejectedDivergence());
    put(metrics, "rewards_without_kl/chosen", divergent, ScoredPair::chosenRewardOfLogRatio);
    put(metrics, "rewards_without_kl/rejected", divergent, ScoredPair::rejectedRewardOfLogRatio);
    put(
        metrics,
        "rewards_without_kl/margins",
        divergent,
        pair -> pair.chosenRewardOfLogRatio() - pair.rejectedRewardOfLogRatio());
    put(
        metrics,
        "rewards_without_kl/accuracies",
        divergent,
        share(pair -> pair.chosenRewardOfLogRatio() > pair.rejectedRewardOfLogRatio()));
    return metrics;
  }

  /**
   * {@link #of} under the prefix {@value #EVAL}, with {@code eval_count}. For pairs also {@code
   * eval_decided} (those with a chosen side), the bounds of the accuracy's {@link WilsonInterval}
   * ({@code eval_rewards/accuracies_low}, {@code _high}), and the accuracy of the bare
   * log-probabilities of the policy ({@code eval_logps/accuracies}) and, where it ran, of the
   * reference ({@code eval_ref_logps/accuracies}).
   */
  public static Map<String, Double> heldOut(List<? extends ScoredExample> examples) {
    Map<String, Double> metrics = new TreeMap<>();
    of(examples).forEach((name, value) -> metrics.put(EVAL + name, value));
    metrics.put(EVAL + "count", (double) examples.size());
    List<ScoredPair> pairs = only(ScoredPair.class, examples);
    if (pairs.isEmpty()) {
      return metrics;
    }
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
    put(
        metrics,
        EVAL + "ref_logps/accuracies",
        decided.stream().filter(ScoredPair::hasReference).toList(),
        share(ScoredPair::isReferenceRight));
    return metrics;
  }

  private static Map<String, Double> ofUnpaired(List<ScoredUnpaired> examples) {
    Map<String, Double> metrics = new TreeMap<>();
    put(metrics, "loss", examples, e -> e.statistics().weight() * e.value().loss());
    put(metrics, "kl", examples, ScoredUnpaired::referencePoint);
    List<ScoredUnpaired> chosen =
        examples.stream().filter(e -> e.statistics().belief() > 0.5).toList();
    List<ScoredUnpaired> rejected =
        examples.stream().filter(e -> e.statistics().belief() < 0.5).toList();
    put(metrics, "rewards/chosen", chosen, e -> e.value().reward());
    put(metrics, "rewards/rejected", rejected, e -> e.value().reward());
    put(metrics, "logps/chosen", chosen, e -> e.statistics().completion().logProb());
    put(metrics, "logps/rejected", rejected, e -> e.statistics().completion().logProb());
    putPerToken(metrics, "entropy", Statistic.ENTROPY, completions(examples));
    putPerToken(metrics, "logits/chosen", Statistic.MEAN_LOGIT, completions(chosen));
    putPerToken(metrics, "logits/rejected", Statistic.MEAN_LOGIT, completions(rejected));
    if (!chosen.isEmpty() && !rejected.isEmpty()) {
      metrics.put(
          "rewards/margins", metrics.get("rewards/chosen") - metrics.get("rewards/rejected"));
    }
    return metrics;
  }

  private static Map<String, Double> ofRankings(List<ScoredRanking> rankings) {
    Map<String, Double> metrics = new TreeMap<>();
    put(metrics, "loss", rankings, r -> r.statistics().weight() * r.value().loss());
    List<ScoredRanking> ordered =
        rankings.stream().filter(r -> r.statistics().tierSizes().size() > 1).toList();
    put(metrics, "rewards/chosen", ordered, r -> r.value().rewards().getFirst());
    put(metrics, "rewards/rejected", ordered, r -> r.value().rewards().getLast());
    put(
        metrics,
        "rewards/margins",
        ordered,
        r -> r.value().rewards().getFirst() - r.value().rewards().getLast());
    put(metrics, "rewards/accuracies", ordered, ScoredRanking::shareOfPairsRight);
    List<CompletionStatistics> first =
        ordered.stream().map(r -> r.statistics().completions().getFirst()).toList();
    putPerToken(
        metrics,
        "entropy",
        Statistic.ENTROPY,
        rankings.stream().flatMap(r -> r.statistics().completions().stream()).toList());
    putPerToken(metrics, "logits/chosen", Statistic.MEAN_LOGIT, first);
    putPerToken(
        metrics,
        "logits/rejected",
        Statistic.MEAN_LOGIT,
        ordered.stream().map(r -> r.statistics().completions().getLast()).toList());
    putPerToken(metrics, "mean_token_accuracy", Statistic.TOP_ONE, first);
    return metrics;
  }

  private static Map<String, Double> ofRollouts(List<ScoredRollouts> groups) {
    Map<String, Double> metrics = new TreeMap<>(RolloutMetrics.of(groups));
    List<CompletionStatistics> completions =
        groups.stream()
            .flatMap(group -> group.statistics().rollouts().stream())
            .map(RolloutSample::completion)
            .toList();
    putPerToken(metrics, "entropy", Statistic.ENTROPY, completions);
    putPerToken(metrics, "mean_token_accuracy", Statistic.TOP_ONE, completions);
    return metrics;
  }

  private static List<CompletionStatistics> completions(List<ScoredUnpaired> examples) {
    return examples.stream().map(example -> example.statistics().completion()).toList();
  }

  private static List<ScoredPair> decided(List<ScoredPair> pairs) {
    return pairs.stream().filter(ScoredPair::isDecided).toList();
  }

  private static ToDoubleFunction<ScoredPair> share(Predicate<ScoredPair> property) {
    return pair -> property.test(pair) ? 1 : 0;
  }

  private static <S> void put(
      Map<String, Double> metrics, String name, List<S> scored, ToDoubleFunction<S> property) {
    if (scored.isEmpty()) {
      return;
    }
    // A plain loop: a stream's sum is compensated in a way that no contract fixes.
    double sum = 0;
    for (S one : scored) {
      sum += property.applyAsDouble(one);
    }
    metrics.put(name, sum / scored.size());
  }

  /** The average over all tokens, where the statistic was asked for. */
  private static void putPerToken(
      Map<String, Double> metrics,
      String name,
      Statistic statistic,
      List<CompletionStatistics> completions) {
    if (completions.isEmpty() || !completions.getFirst().statistics().contains(statistic)) {
      return;
    }
    double sum = 0;
    double tokens = 0;
    for (CompletionStatistics completion : completions) {
      sum += completion.sum(statistic);
      tokens += completion.length();
    }
    metrics.put(name, sum / tokens);
  }
}
