/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.training;

import dev.plumbline.alignment.EncodedCompletion;
import dev.plumbline.alignment.EncodedExample;
import dev.plumbline.alignment.EncodedPair;
import dev.plumbline.alignment.EncodedRanking;
import dev.plumbline.alignment.EncodedRollout;
import dev.plumbline.alignment.EncodedRolloutGroup;
import dev.plumbline.alignment.EncodedUnpaired;
import dev.plumbline.alignment.TrainedPolicy;
import dev.plumbline.lm.ForwardRequest;
import dev.plumbline.lm.Statistic;
import dev.plumbline.lm.TokenRow;
import dev.plumbline.lm.TokenStatistics;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * How far a policy is from where it started, along held-out completions: the sum over a
 * completion's tokens of KL(reference || policy), in nats. Computed whatever the objective reads,
 * so that runs of all objectives have a curve of reward against KL.
 *
 * @param microBatchSize rows in memory at once
 */
record HeldOutDivergence(int microBatchSize) {

  /**
   * Returns {@code eval_kl/chosen}, {@code eval_kl/rejected} and {@code eval_kl/margin} (chosen
   * less rejected). Chosen are the first of a ranking, the best rewarded of a group and what is
   * more likely desirable than not; an average over nothing is left out.
   */
  Map<String, Double> of(TrainedPolicy policy, List<EncodedExample> examples) {
    List<EncodedCompletion> chosen = new ArrayList<>();
    List<EncodedCompletion> rejected = new ArrayList<>();
    for (EncodedExample example : examples) {
      switch (example) {
        case EncodedPair pair -> {
          if (pair.belief() != 0.5) {
            chosen.add(pair.belief() > 0.5 ? pair.a() : pair.b());
            rejected.add(pair.belief() > 0.5 ? pair.b() : pair.a());
          }
        }
        case EncodedUnpaired one -> {
          if (one.belief() != 0.5) {
            (one.belief() > 0.5 ? chosen : rejected).add(one.completion());
          }
        }
        case EncodedRanking ranking -> {
          if (ranking.tierSizes().size() > 1) {
            chosen.add(ranking.completions().getFirst());
            rejected.add(ranking.completions().getLast());
          }
        }
        case EncodedRolloutGroup group -> {
          Comparator<EncodedRollout> byReward = Comparator.comparingDouble(EncodedRollout::reward);
          EncodedRollout best = Collections.max(group.rollouts(), byReward);
          EncodedRollout worst = Collections.min(group.rollouts(), byReward);
          if (best.reward() > worst.reward()) {
            chosen.add(best.completion());
            rejected.add(worst.completion());
          }
        }
      }
    }
    Map<String, Double> metrics = new TreeMap<>();
    OptionalDouble ofChosen = mean(policy, chosen);
    OptionalDouble ofRejected = mean(policy, rejected);
    ofChosen.ifPresent(value -> metrics.put("eval_kl/chosen", value));
    ofRejected.ifPresent(value -> metrics.put("eval_kl/rejected", value));
    if (ofChosen.isPresent() && ofRejected.isPresent()) {
      metrics.put("eval_kl/margin", ofChosen.getAsDouble() - ofRejected.getAsDouble());
    }
    return metrics;
  }

  private OptionalDouble mean(TrainedPolicy policy, List<EncodedCompletion> completions) {
    double sum = 0;
    for (int from = 0; from < completions.size(); from += microBatchSize) {
      List<TokenRow> rows =
          completions.subList(from, Math.min(from + microBatchSize, completions.size())).stream()
              .map(EncodedCompletion::row)
              .toList();
      TokenStatistics statistics = policy.score(rows, ForwardRequest.of(Statistic.FORWARD_KL));
      for (int row = 0; row < rows.size(); row++) {
        sum += statistics.completionSum(Statistic.FORWARD_KL, row);
      }
    }
    return completions.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(sum / completions.size());
  }
}
