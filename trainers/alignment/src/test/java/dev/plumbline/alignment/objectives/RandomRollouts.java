/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import dev.plumbline.lm.Statistic;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Seeded groups of rollouts, some sampled by weights far from the present ones. */
final class RandomRollouts {
  private RandomRollouts() {}

  static List<RolloutStatistics> batch(SplittableRandom random, int groups) {
    List<List<RolloutSample>> all = new ArrayList<>();
    List<Double> weights = new ArrayList<>();
    for (int i = 0; i < groups; i++) {
      all.add(group(random, random.nextInt(2, 5)));
      weights.add(random.nextDouble(0.1, 2));
    }
    return withShape(all, weights);
  }

  static List<RolloutSample> group(SplittableRandom random, int size) {
    return IntStream.range(0, size).mapToObj(i -> sample(random)).toList();
  }

  static RolloutSample sample(SplittableRandom random) {
    CompletionStatistics completion = RandomStatistics.completion(random);
    return new RolloutSample(
        completion,
        near(random, completion, 0.6),
        near(random, completion, 1),
        random.nextDouble(-2, 2));
  }

  private static double[] near(
      SplittableRandom random, CompletionStatistics completion, double distance) {
    return IntStream.range(0, completion.tokens())
        .mapToDouble(
            t -> completion.value(Statistic.LOG_PROB, t) + random.nextDouble(-distance, distance))
        .toArray();
  }

  /** Groups that know the batch they are in. */
  static List<RolloutStatistics> withShape(List<List<RolloutSample>> groups, List<Double> weights) {
    RolloutShape shape =
        RolloutShape.of(
            IntStream.range(0, groups.size())
                .mapToObj(
                    i ->
                        new RolloutShape.Group(
                            groups.get(i).stream().mapToDouble(r -> r.completion().length()).sum(),
                            groups.get(i).stream().map(RolloutSample::reward).toList(),
                            weights.get(i)))
                .toList());
    return IntStream.range(0, groups.size())
        .mapToObj(i -> new RolloutStatistics(groups.get(i), weights.get(i), shape))
        .toList();
  }

  static RolloutSample rewarded(RolloutSample rollout, double reward) {
    return new RolloutSample(
        rollout.completion(), rollout.oldLogProbs(), rollout.samplerLogProbs(), reward);
  }

  static RolloutSample moved(RolloutSample rollout, CompletionStatistics direction, double step) {
    return new RolloutSample(
        RandomStatistics.moved(rollout.completion(), direction, step),
        rollout.oldLogProbs(),
        rollout.samplerLogProbs(),
        rollout.reward());
  }
}
