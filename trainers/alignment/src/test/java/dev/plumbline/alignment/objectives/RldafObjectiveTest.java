/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.alignment.rldaf.Rldaf;
import dev.plumbline.alignment.rldaf.RldafValue;
import dev.plumbline.alignment.rldaf.RolloutTokens;
import dev.plumbline.alignment.rldaf.TokenReward;
import dev.plumbline.alignment.rldaf.WeightAdjustment;
import dev.plumbline.lm.Statistic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** RLDAF under the rules that all objectives keep to. */
class RldafObjectiveTest {
  private static final Rldaf RLDAF =
      new Rldaf(TokenReward.klShaped(), new WeightAdjustment(0.8, 0.3, 0.9, 0.99, 0.15), 2);
  private static final RldafObjective ROLLOUTS = new RldafObjective(RLDAF);
  private static final RldafPairObjective PAIRS = new RldafPairObjective(RLDAF);

  private final SplittableRandom random = new SplittableRandom(17);

  @Test
  void shouldBeTheUpdateWhereAllGroupsWeighOne() {
    List<RolloutStatistics> batch = batch(List.of(1.0, 1.0, 1.0));
    List<RolloutTokens> tokens = new ArrayList<>();
    for (RolloutStatistics group : batch) {
      group.rollouts().forEach(rollout -> tokens.add(tokens(rollout)));
    }
    RldafValue value = RLDAF.evaluate(tokens, RLDAF.adjustment().initial());

    List<RolloutValue> values = ROLLOUTS.evaluate(batch);

    assertThat(values.stream().mapToDouble(RolloutValue::loss).sum() / 3)
        .isCloseTo(value.loss(), within(1e-12));
    int next = 0;
    for (int i = 0; i < 3; i++) {
      for (int r = 0; r < batch.get(i).rollouts().size(); r++) {
        for (int t = 0; t < batch.get(i).rollouts().get(r).tokens(); t++) {
          assertThat(values.get(i).completions().get(r).value(Statistic.LOG_PROB, t) / 3)
              .isCloseTo(value.byLogProb().get(next)[t], within(1e-12));
        }
        next++;
      }
    }
    assertThat(ROLLOUTS.after(batch).weights()).isEqualTo(value.next());
  }

  @Test
  void shouldTakeAWeightForAMultiplicity() {
    List<RolloutStatistics> two = batch(List.of(2.0, 1.0));
    List<RolloutStatistics> twice =
        List.of(weighing(two.get(0), 1), weighing(two.get(0), 1), two.get(1));
    List<RolloutStatistics> withNothing =
        List.of(two.get(0), two.get(1), weighing(batch(List.of(1.0)).getFirst(), 0));

    assertThat(total(withNothing)).isCloseTo(total(two), within(1e-12));
    assertThat(total(twice)).isCloseTo(total(two), within(1e-12));
    assertThat(ROLLOUTS.after(twice).weights().attainment())
        .isCloseTo(ROLLOUTS.after(two).weights().attainment(), within(1e-12));
    assertThat(ROLLOUTS.after(withNothing)).isEqualTo(ROLLOUTS.after(two));
  }

  @Test
  void shouldAdjustNothingByABatchWithoutWeight() {
    List<RolloutStatistics> batch = batch(List.of(0.0, 0.0));

    assertThat(ROLLOUTS.after(batch)).isEqualTo(ROLLOUTS);
    assertThat(ROLLOUTS.evaluate(batch)).allSatisfy(value -> assertThat(value.loss()).isFinite());
  }

  @Test
  void shouldBeAgainWhatItHadBecome() {
    RldafObjective after = ROLLOUTS.after(batch(List.of(1.0, 0.5)));
    RldafPairObjective afterPairs = PAIRS.after(pairs(3));

    assertThat(after).isNotEqualTo(ROLLOUTS);
    assertThat(ROLLOUTS.at(after.state())).isEqualTo(after);
    assertThat(PAIRS.at(afterPairs.state())).isEqualTo(afterPairs);
    assertThat(after.metrics()).containsEntry("feedback/divergence", after.weights().divergence());
  }

  @Test
  void shouldNotCareWhichCompletionOfAPairIsCalledA() {
    List<PairStatistics> pairs = pairs(4);
    List<PairStatistics> swapped = pairs.stream().map(PairStatistics::swapped).toList();

    List<PairValue> values = PAIRS.evaluate(pairs);
    List<PairValue> ofSwapped = PAIRS.evaluate(swapped);

    for (int i = 0; i < pairs.size(); i++) {
      assertThat(ofSwapped.get(i).loss()).isCloseTo(values.get(i).loss(), within(1e-12));
      for (int t = 0; t < pairs.get(i).a().tokens(); t++) {
        assertThat(ofSwapped.get(i).b().value(Statistic.LOG_PROB, t))
            .isCloseTo(values.get(i).a().value(Statistic.LOG_PROB, t), within(1e-12));
      }
    }
  }

  @Test
  void shouldRaiseTheCompletionBelievedBetterAndLowerTheOther() {
    CompletionStatistics same = completion(3);
    PairValue value = PAIRS.evaluate(List.of(PairStatistics.of(same, same, 1, 1))).getFirst();

    for (int t = 0; t < 3; t++) {
      assertThat(value.a().value(Statistic.LOG_PROB, t)).isNegative();
      assertThat(value.b().value(Statistic.LOG_PROB, t)).isPositive();
    }
  }

  @Test
  void shouldWeighByWhoWroteItWhereThatIsKnown() {
    CompletionStatistics likely = completion(3);
    double[] sampler = likely.values(Statistic.LOG_PROB);
    for (int t = 0; t < sampler.length; t++) {
      sampler[t] += 0.5;
    }
    CompletionStatistics other = completion(3);

    PairValue known =
        PAIRS.evaluate(List.of(PairStatistics.of(likely.sampled(sampler), other, 1, 1))).getFirst();
    PairValue unknown = PAIRS.evaluate(List.of(PairStatistics.of(likely, other, 1, 1))).getFirst();

    double rho = Math.exp(-0.5);
    for (int t = 0; t < 3; t++) {
      double byReference =
          Math.min(
              2,
              Math.exp(
                  likely.value(Statistic.LOG_PROB, t)
                      - likely.value(Statistic.REFERENCE_LOG_PROB, t)));
      assertThat(known.a().value(Statistic.LOG_PROB, t) / rho)
          .isCloseTo(unknown.a().value(Statistic.LOG_PROB, t) / byReference, within(1e-12));
    }
  }

  /** (1/N) sum_i w_i L_i, but for 1/N. */
  private static double total(List<RolloutStatistics> batch) {
    List<RolloutValue> values = ROLLOUTS.evaluate(batch);
    return IntStream.range(0, batch.size())
        .mapToDouble(i -> batch.get(i).weight() * values.get(i).loss())
        .sum();
  }

  private static RolloutStatistics weighing(RolloutStatistics group, double weight) {
    return new RolloutStatistics(group.rollouts(), weight, group.batch());
  }

  private static RolloutTokens tokens(RolloutSample rollout) {
    return RolloutTokens.controlled(
        rollout.attributeLogProbs(),
        RldafTokens.model(rollout.completion()),
        rollout.samplerLogProbs());
  }

  private List<RolloutStatistics> batch(List<Double> weights) {
    List<List<RolloutSample>> groups = new ArrayList<>();
    for (int i = 0; i < weights.size(); i++) {
      groups.add(IntStream.range(0, random.nextInt(1, 4)).mapToObj(r -> sample()).toList());
    }
    return RandomRollouts.withShape(groups, weights);
  }

  private RolloutSample sample() {
    int tokens = random.nextInt(1, 6);
    CompletionStatistics completion = completion(tokens);
    double[] sampler = random.doubles(tokens, -3, -0.1).toArray();
    return new RolloutSample(
        completion,
        sampler,
        sampler,
        0,
        random.doubles(tokens + 1, -2, -0.01).toArray(),
        new double[0]);
  }

  private List<PairStatistics> pairs(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                PairStatistics.of(
                    completion(random.nextInt(1, 5)),
                    completion(random.nextInt(1, 5)),
                    random.nextDouble(),
                    random.nextDouble(0.1, 2)))
        .toList();
  }

  private CompletionStatistics completion(int tokens) {
    return CompletionStatistics.of(
        Map.of(
            Statistic.LOG_PROB, random.doubles(tokens, -3, -0.1).toArray(),
            Statistic.REFERENCE_LOG_PROB, random.doubles(tokens, -3, -0.1).toArray(),
            Statistic.REVERSE_KL, random.doubles(tokens, 0, 0.5).toArray()));
  }
}
