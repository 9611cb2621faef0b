/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.lm.Statistic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** PPO with a critic, and the numbers that the documentation of policy gradients gives. */
class PpoObjectiveTest {
  private static final ClipRange RANGE = new ClipRange(0.2, 0.2);
  private static final KlPenalty PENALTY = new KlPenalty(0.1, KlEstimator.K1);
  private static final PpoObjective PPO =
      new PpoObjective(RANGE, new GeneralizedAdvantage(1, 0.95), new ValueLoss(0.2), 0.1, PENALTY);

  @Test
  void shouldAgreeWithCentralDifferencesByTheCriticOnAThousandSeededGroups() {
    var random = new SplittableRandom(29);
    double step = 1e-6;
    for (int i = 0; i < 1_000; i++) {
      List<RolloutStatistics> batch = RandomRollouts.batch(random, 1);
      List<double[]> old = said(random, batch.getFirst());
      List<double[]> now = said(random, batch.getFirst());
      List<double[]> direction = said(random, batch.getFirst());
      RolloutValue value = PPO.evaluate(List.of(criticised(batch.getFirst(), now, old))).getFirst();
      double analytic = 0;
      for (int r = 0; r < now.size(); r++) {
        for (int t = 0; t < now.get(r).length; t++) {
          analytic += value.completions().get(r).critic(t) * direction.get(r)[t];
        }
      }
      double numeric =
          (loss(criticised(batch.getFirst(), moved(now, direction, step), old))
                  - loss(criticised(batch.getFirst(), moved(now, direction, -step), old)))
              / (2 * step);

      assertThat(analytic).as("%d", i).isCloseTo(numeric, within(1e-6));
    }
  }

  @Test
  void shouldBeReinforcePlusPlusWithACriticThatSaysNothing() {
    var random = new SplittableRandom(31);
    List<RolloutStatistics> batch = RandomRollouts.batch(random, 3);
    List<RolloutStatistics> silent = batch.stream().map(PpoObjectiveTest::silent).toList();
    PpoObjective ppo =
        new PpoObjective(RANGE, new GeneralizedAdvantage(0.9, 1), new ValueLoss(1), 0, PENALTY);
    RolloutObjective plusPlus =
        new ReinforcePlusPlusObjective(
            ReinforcePlusPlusObjective.Baseline.NONE, 0.9, RANGE, PENALTY);

    List<RolloutValue> values = ppo.evaluate(silent);
    List<RolloutValue> expected = plusPlus.evaluate(batch);
    for (int i = 0; i < values.size(); i++) {
      assertThat(values.get(i).loss()).isCloseTo(expected.get(i).loss(), within(1e-12));
      for (int r = 0; r < batch.get(i).rollouts().size(); r++) {
        for (int t = 0; t < batch.get(i).rollouts().get(r).tokens(); t++) {
          assertThat(values.get(i).completions().get(r).value(Statistic.LOG_PROB, t))
              .isCloseTo(
                  expected.get(i).completions().get(r).value(Statistic.LOG_PROB, t), within(1e-12));
        }
      }
    }
  }

  @Test
  void shouldTakeWhatTheCriticSaysNowForWhatItSaidWhereItSaidNothing() {
    var random = new SplittableRandom(37);
    RolloutStatistics group = RandomRollouts.batch(random, 1).getFirst();
    List<double[]> now = said(random, group);

    assertThat(loss(criticised(group, now, List.of())))
        .isEqualTo(loss(criticised(group, now, now)));
  }

  @Test
  void shouldWhitenRewardsWithoutMovingTheirMean() {
    List<double[]> whitened =
        Whitening.ofVariance(
            List.of(new double[] {1, 3}, new double[] {8}),
            List.of(new double[] {1, 1}, new double[] {1}));

    // Mean 4, deviations -3, -1 and 4, unbiased variance 13.
    double std = Math.sqrt(13 + 1e-8);
    assertThat(whitened.getFirst())
        .containsExactly(new double[] {4 - 3 / std, 4 - 1 / std}, within(1e-12));
    assertThat(whitened.getLast()).containsExactly(new double[] {4 + 4 / std}, within(1e-12));
  }

  @Test
  void shouldWhitenWhatItIsAskedTo() {
    var random = new SplittableRandom(41);
    RolloutStatistics group = silent(RandomRollouts.batch(random, 1).getFirst());
    List<Double> losses =
        Stream.of(PpoWhitening.values())
            .map(
                whitening ->
                    new PpoObjective(
                            RANGE,
                            new GeneralizedAdvantage(1, 0.95),
                            new ValueLoss(0.2),
                            0.1,
                            PENALTY,
                            whitening,
                            OffPolicyCorrection.NONE)
                        .evaluate(List.of(group))
                        .getFirst()
                        .loss())
            .toList();

    assertThat(losses).doesNotHaveDuplicates();
  }

  @Test
  void shouldRefuseToJudgeWithoutACritic() {
    List<RolloutStatistics> batch = RandomRollouts.batch(new SplittableRandom(43), 1);

    assertThatThrownBy(() -> PPO.evaluate(batch))
        .hasMessage("no critic was asked about this completion");
  }

  @Test
  void shouldGiveTheDocumentedNumbers() {
    GeneralizedAdvantage gae = new GeneralizedAdvantage(1, 0.95);
    assertThat(gae.advantages(new double[] {0, 1}, new double[] {0.5, 0.5}))
        .containsExactly(new double[] {0.475, 0.5}, within(1e-12));
    assertThat(gae.returns(new double[] {0, 1}, new double[] {0.5, 0.5}))
        .containsExactly(new double[] {0.975, 1}, within(1e-12));
    ValueLoss.Term held = new ValueLoss(0.2).term(1, 0, 2);
    assertThat(held.loss()).isCloseTo(1.62, within(1e-12));
    assertThat(held.derivative()).isZero();
    assertThat(GroupAdvantage.leaveOneOut(new double[] {1, 0, 2}))
        .containsExactly(new double[] {0, -1.5, 1.5}, within(1e-12));

    List<RolloutSample> two = List.of(sample(Math.log(1.5), 1), sample(0, 0));
    RolloutValue grpo =
        new GrpoObjective(
                new GrpoVariant.Grpo(RANGE), RewardScale.GROUP, PenalizedReward.NO_PENALTY)
            .evaluate(RandomRollouts.withShape(List.of(two), List.of(1.0)))
            .getFirst();
    assertThat(grpo.reports().getFirst().advantage()).isCloseTo(0.707007, within(5e-7));
    assertThat(grpo.loss()).isCloseTo(-0.070701, within(5e-7));
  }

  @Test
  void shouldBoundWhatK3CostsFarFromTheReference() {
    for (double logRatio : new double[] {-1e4, -21, -19.99}) {
      double step = 1e-4;
      double numeric =
          (KlEstimator.K3.value(logRatio + step) - KlEstimator.K3.value(logRatio - step))
              / (2 * step);
      assertThat(KlEstimator.K3.derivative(logRatio)).isCloseTo(numeric, within(1e-4 * -numeric));
      assertThat(KlEstimator.K3.value(logRatio)).isFinite().isPositive();
    }
  }

  private static RolloutSample sample(double logRatio, double reward) {
    double[] old = {-1 - logRatio};
    return new RolloutSample(
        CompletionStatistics.of(Map.of(Statistic.LOG_PROB, new double[] {-1})), old, old, reward);
  }

  private static double loss(RolloutStatistics group) {
    return PPO.evaluate(List.of(group)).getFirst().loss();
  }

  /** The group as a critic finds it now and found it before, if it had been asked. */
  private static RolloutStatistics criticised(
      RolloutStatistics group, List<double[]> now, List<double[]> old) {
    List<RolloutSample> rollouts = new ArrayList<>();
    for (int r = 0; r < now.size(); r++) {
      RolloutSample rollout = group.rollouts().get(r);
      rollouts.add(
          new RolloutSample(
              rollout.completion().criticised(now.get(r)),
              rollout.oldLogProbs(),
              rollout.samplerLogProbs(),
              rollout.reward(),
              new double[0],
              old.isEmpty() ? new double[0] : old.get(r)));
    }
    return new RolloutStatistics(rollouts, group.weight(), group.batch());
  }

  private static RolloutStatistics silent(RolloutStatistics group) {
    List<double[]> zeros = group.rollouts().stream().map(r -> new double[r.tokens()]).toList();
    return criticised(group, zeros, zeros);
  }

  private static List<double[]> said(SplittableRandom random, RolloutStatistics group) {
    return group.rollouts().stream().map(r -> random.doubles(r.tokens(), -1, 1).toArray()).toList();
  }

  private static List<double[]> moved(List<double[]> from, List<double[]> direction, double step) {
    List<double[]> moved = new ArrayList<>();
    for (int r = 0; r < from.size(); r++) {
      double[] row = from.get(r).clone();
      for (int t = 0; t < row.length; t++) {
        row[t] += step * direction.get(r)[t];
      }
      moved.add(row);
    }
    return moved;
  }
}
