/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import dev.plumbline.lm.Statistic;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BiFunction;

/** Seeded statistics that a model could give, and the same ones moved a little. */
final class RandomStatistics {
  private static final int MAX_TOKENS = 4;

  private RandomStatistics() {}

  static List<PairStatistics> batch(SplittableRandom random, int pairs) {
    List<PairStatistics> batch = new ArrayList<>();
    for (int i = 0; i < pairs; i++) {
      batch.add(pair(random));
    }
    return withShape(batch);
  }

  /** The same pairs, told the shape of the batch that they make. */
  static List<PairStatistics> withShape(List<PairStatistics> pairs) {
    BatchShape shape =
        BatchShape.of(
            pairs.stream()
                .map(p -> PairStatistics.lengths(p.a(), p.b(), p.belief(), p.weight()))
                .toList());
    return pairs.stream()
        .map(p -> new PairStatistics(p.a(), p.b(), p.belief(), p.tieProb(), p.weight(), shape))
        .toList();
  }

  static PairStatistics pair(SplittableRandom random) {
    boolean policyIsA = random.nextBoolean();
    double[] beliefs = {0, 1, 0.5, random.nextDouble()};
    double belief = beliefs[random.nextInt(beliefs.length)];
    return new PairStatistics(
        completion(random).from(policyIsA ? CompletionOrigin.POLICY : CompletionOrigin.REFERENCE),
        completion(random).from(policyIsA ? CompletionOrigin.REFERENCE : CompletionOrigin.POLICY),
        belief,
        random.nextDouble() * 2 * Math.min(belief, 1 - belief),
        random.nextDouble(0.1, 2),
        new BatchShape(1, 1));
  }

  /** A pair of one-token completions with these log-ratios. */
  static PairStatistics oneToken(double logRatioA, double logRatioB, double belief) {
    return PairStatistics.of(oneToken(logRatioA), oneToken(logRatioB), belief, 1);
  }

  private static CompletionStatistics oneToken(double logRatio) {
    return CompletionStatistics.of(
        Map.of(
            Statistic.LOG_PROB,
            new double[] {logRatio},
            Statistic.REFERENCE_LOG_PROB,
            new double[] {0}));
  }

  static CompletionStatistics completion(SplittableRandom random) {
    return completion(random, random.nextInt(1, MAX_TOKENS + 1));
  }

  static CompletionStatistics completion(SplittableRandom random, int tokens) {
    CompletionStatistics completion = unweighted(random, tokens);
    return random.nextBoolean() ? completion : completion.weighted(doubles(random, tokens, 0.2, 2));
  }

  static CompletionStatistics unweighted(SplittableRandom random, int tokens) {
    Map<Statistic, double[]> values = new EnumMap<>(Statistic.class);
    values.put(Statistic.LOG_PROB, doubles(random, tokens, -3, -0.1));
    values.put(Statistic.REFERENCE_LOG_PROB, doubles(random, tokens, -3, -0.1));
    values.put(Statistic.FORWARD_KL, doubles(random, tokens, 0, 1));
    values.put(Statistic.LOG_SUM_SQUARED_PROB, doubles(random, tokens, -2, -0.1));
    return CompletionStatistics.of(values).after(doubles(random, random.nextInt(3), -3, 0));
  }

  /** What the model would say where policy and reference agree. */
  static CompletionStatistics unmoved(CompletionStatistics completion) {
    return rebuilt(
        completion,
        (statistic, t) ->
            switch (statistic) {
              case REFERENCE_LOG_PROB -> completion.value(Statistic.LOG_PROB, t);
              case FORWARD_KL -> 0.0;
              default -> completion.value(statistic, t);
            },
        0);
  }

  /**
   * The completion with its log-probabilities and divergences moved by {@code step} times those of
   * the direction.
   */
  static CompletionStatistics moved(
      CompletionStatistics completion, CompletionStatistics direction, double step) {
    return rebuilt(
        completion,
        (statistic, t) ->
            completion.value(statistic, t)
                + (statistic == Statistic.REFERENCE_LOG_PROB
                        || statistic == Statistic.LOG_SUM_SQUARED_PROB
                    ? 0
                    : step * direction.value(statistic, t)),
        step);
  }

  private static CompletionStatistics rebuilt(
      CompletionStatistics completion, BiFunction<Statistic, Integer, Double> value, double step) {
    Map<Statistic, double[]> values = new EnumMap<>(Statistic.class);
    double[] weights = new double[completion.tokens()];
    for (int t = 0; t < weights.length; t++) {
      weights[t] = completion.tokenWeight(t);
    }
    for (Statistic statistic : completion.statistics()) {
      double[] perToken = new double[completion.tokens()];
      for (int t = 0; t < perToken.length; t++) {
        perToken[t] = value.apply(statistic, t);
      }
      values.put(statistic, perToken);
    }
    // Only the sum of the prompt's log-probabilities is read: every label moves by the step.
    double[] prompt = new double[completion.promptLabels()];
    for (int t = 0; t < prompt.length; t++) {
      prompt[t] = completion.promptLogProb() / prompt.length + step;
    }
    return CompletionStatistics.of(values)
        .weighted(weights)
        .after(prompt)
        .from(completion.origin());
  }

  /** The derivative of a loss along {@link #moved}. */
  static double along(
      TokenDerivatives derivatives,
      CompletionStatistics completion,
      CompletionStatistics direction) {
    double sum = derivatives.promptLogProb() * completion.promptLabels();
    for (Statistic statistic : derivatives.statistics()) {
      for (int t = 0; t < completion.tokens(); t++) {
        sum += derivatives.value(statistic, t) * direction.value(statistic, t);
      }
    }
    return sum;
  }

  private static double[] doubles(SplittableRandom random, int count, double from, double to) {
    return random.doubles(count, from, to).toArray();
  }
}
