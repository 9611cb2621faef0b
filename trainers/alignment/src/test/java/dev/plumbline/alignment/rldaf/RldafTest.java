/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.rldaf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class RldafTest {
  private static final WeightAdjustment ADJUSTMENT =
      new WeightAdjustment(0.8, 0.3, 0.9, 0.99, 0.15);
  private static final Rldaf RLDAF = new Rldaf(TokenReward.klShaped(), ADJUSTMENT, 2);

  private final SplittableRandom random = new SplittableRandom(11);

  @Test
  void shouldTelescopeToTheEndLessTheStart() {
    RolloutTokens rollout = random(9, 0);

    double sum = 0;
    for (int t = 0; t < rollout.length(); t++) {
      sum += TokenReward.klShaped().of(rollout.gain(t), -1, -1, 0.8);
    }

    double[] potentials = potentials(rollout);
    assertThat(sum).isCloseTo(0.8 * (potentials[9] - potentials[0]), within(1e-12));
  }

  @Test
  void shouldTakeTheLogRatioFromTheReward() {
    // 0.8 * 0.3 - 0.2 * 0.5
    assertThat(TokenReward.klShaped().of(-0.4 - -0.7, -1, -1.5, 0.8))
        .isCloseTo(0.14, within(1e-12));
  }

  @Test
  void shouldTruncateImportanceWeightsFromAbove() {
    assertThat(RLDAF.importanceWeight(Math.log(0.3), Math.log(0.2))).isCloseTo(1.5, within(1e-12));
    assertThat(RLDAF.importanceWeight(Math.log(0.9), Math.log(0.1))).isEqualTo(2);
    assertThat(RLDAF.importanceWeight(Math.log(0.1), Math.log(0.4))).isCloseTo(0.25, within(1e-12));
    assertThat(RLDAF.importanceWeight(-3, -3)).isEqualTo(1);
  }

  @Test
  void shouldCompareReturnsAtTheSamePlace() {
    List<double[]> advantages =
        Advantages.of(
            List.of(new double[] {1, 2, 3}, new double[] {3, 1}), new double[] {1, 1}, 0.5);

    // Returns 6, 5, 3 and 4, 1: means 5, 3 and, where only the first goes on, 3.
    assertThat(advantages.get(0)).containsExactly(2, 4, 0);
    assertThat(advantages.get(1)).containsExactly(-2, -4);
  }

  @Test
  void shouldGiveTheLossOfAHandComputedBatch() {
    RolloutTokens.Model model = model(-1, -1);
    // One token each: gains 0.5 and -0.5, rewards 0.4 and -0.4, advantages 0.5 and -0.5.
    RolloutTokens better =
        RolloutTokens.controlled(new double[] {-1, -0.5}, model, new double[] {-1});
    RolloutTokens worse =
        RolloutTokens.controlled(new double[] {-1, -1.5}, model, new double[] {-1 - Math.log(4)});

    RldafValue value = RLDAF.evaluate(List.of(better, worse), ADJUSTMENT.initial());

    // -(1 * 0.5 * -1 + 2 * -0.5 * -1) / 2
    assertThat(value.loss()).isCloseTo(-0.25, within(1e-12));
    assertThat(value.byLogProb().get(0)).containsExactly(new double[] {-0.25}, within(1e-12));
    assertThat(value.byLogProb().get(1)).containsExactly(new double[] {0.5}, within(1e-12));
    // (1 + 2)^2 / ((1 + 4) * 2)
    assertThat(value.effectiveSampleShare()).isCloseTo(0.9, within(1e-12));
    assertThat(value.attainment()).isCloseTo((Math.exp(-0.5) + Math.exp(-1.5)) / 2, within(1e-12));
    assertThat(value.next().updates()).isOne();
  }

  @Test
  void shouldHaveTheDerivativeOfFiniteDifferencesWhereNothingIsDetached() {
    List<RolloutTokens> batch = List.of(random(4, 0.5), random(3, 0.5), random(5, 0.5));
    FeedbackWeights weights = ADJUSTMENT.initial();
    List<double[]> factors = detachedFactors(batch, weights);
    RldafValue value = RLDAF.evaluate(batch, weights);
    double step = 1e-6;

    assertThat(value.loss()).isCloseTo(loss(batch, factors, -1, -1, 0), within(1e-12));
    for (int i = 0; i < batch.size(); i++) {
      for (int t = 0; t < batch.get(i).length(); t++) {
        double difference =
            (loss(batch, factors, i, t, step) - loss(batch, factors, i, t, -step)) / (2 * step);
        assertThat(value.byLogProb().get(i)[t]).isCloseTo(difference, within(1e-8));
      }
    }
  }

  @Test
  void shouldNotCareWhereAPotentialBegins() {
    RolloutTokens a = random(6, 0);
    RolloutTokens b = random(6, 0);

    RldafValue value = RLDAF.evaluate(List.of(a, b), ADJUSTMENT.initial());
    RldafValue shifted =
        RLDAF.evaluate(List.of(shifted(a, -1), shifted(b, -2)), ADJUSTMENT.initial());

    for (int i = 0; i < 2; i++) {
      assertThat(shifted.byLogProb().get(i))
          .containsExactly(value.byLogProb().get(i), within(1e-12));
    }
  }

  @Test
  void shouldNotCareAboutTheOrderOfRollouts() {
    RolloutTokens a = random(4, 0.5);
    RolloutTokens b = random(6, 0.5);

    RldafValue value = RLDAF.evaluate(List.of(a, b), ADJUSTMENT.initial());
    RldafValue swapped = RLDAF.evaluate(List.of(b, a), ADJUSTMENT.initial());

    assertThat(swapped.loss()).isCloseTo(value.loss(), within(1e-12));
    assertThat(swapped.byLogProb().get(1)).containsExactly(value.byLogProb().get(0), within(1e-12));
  }

  @Test
  void shouldLearnNothingFromRolloutsThatAreAllAlike() {
    RolloutTokens rollout = random(4, 0);

    RldafValue value = RLDAF.evaluate(List.of(rollout, rollout), ADJUSTMENT.initial());

    assertThat(value.byLogProb().getFirst())
        .containsExactly(new double[] {0, 0, 0, 0}, within(1e-12));
  }

  @Test
  void shouldRefuseAPotentialThatIsMissing() {
    assertThatThrownBy(
            () -> RolloutTokens.controlled(new double[] {-1}, model(-1, -1), new double[] {-1}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 potentials, but had 1");
  }

  @Test
  void shouldRefuseAnImpossibleAttribute() {
    assertThatThrownBy(
            () ->
                RolloutTokens.controlled(
                    new double[] {-1, Double.NEGATIVE_INFINITY}, model(-1, -1), new double[] {-1}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("finite");
  }

  /** -min(rho, 2) A / tokens, as they are before anything moves. */
  private static List<double[]> detachedFactors(
      List<RolloutTokens> batch, FeedbackWeights weights) {
    List<double[]> rewards = new ArrayList<>();
    int tokens = 0;
    for (RolloutTokens rollout : batch) {
      rewards.add(RLDAF.rewards(rollout, weights.attribute()));
      tokens += rollout.length();
    }
    double[] ones = new double[batch.size()];
    Arrays.fill(ones, 1);
    List<double[]> factors = Advantages.of(rewards, ones, weights.attribute());
    for (int i = 0; i < batch.size(); i++) {
      for (int t = 0; t < batch.get(i).length(); t++) {
        RolloutTokens rollout = batch.get(i);
        factors.get(i)[t] *=
            -Math.min(2, Math.exp(rollout.logProb(t) - rollout.behaviourLogProb(t))) / tokens;
      }
    }
    return factors;
  }

  private static double loss(
      List<RolloutTokens> batch, List<double[]> factors, int moved, int token, double by) {
    double loss = 0;
    for (int i = 0; i < batch.size(); i++) {
      for (int t = 0; t < batch.get(i).length(); t++) {
        double logProb = batch.get(i).logProb(t) + (i == moved && t == token ? by : 0);
        loss += factors.get(i)[t] * logProb;
      }
    }
    return loss;
  }

  private RolloutTokens random(int length, double control) {
    double[] logProbs = values(length);
    double[] behaviour = logProbs.clone();
    for (int t = 0; t < length; t++) {
      behaviour[t] += control * random.nextGaussian();
    }
    return RolloutTokens.controlled(
        values(length + 1),
        new RolloutTokens.Model(logProbs, values(length), new double[length]),
        behaviour);
  }

  private double[] values(int length) {
    return random.doubles(length, -3, -0.1).toArray();
  }

  private static RolloutTokens shifted(RolloutTokens rollout, double by) {
    double[] logProbs = new double[rollout.length()];
    double[] references = new double[rollout.length()];
    for (int t = 0; t < rollout.length(); t++) {
      logProbs[t] = rollout.logProb(t);
      references[t] = rollout.referenceLogProb(t);
    }
    return RolloutTokens.controlled(
        Arrays.stream(potentials(rollout)).map(potential -> potential + by).toArray(),
        new RolloutTokens.Model(logProbs, references, new double[rollout.length()]),
        logProbs);
  }

  /** The potentials of a rollout, from its end, log of what it attains, and its gains. */
  private static double[] potentials(RolloutTokens rollout) {
    double[] potentials = new double[rollout.length() + 1];
    potentials[rollout.length()] = Math.log(rollout.attainment());
    for (int t = rollout.length() - 1; t >= 0; t--) {
      potentials[t] = potentials[t + 1] - rollout.gain(t);
    }
    return potentials;
  }

  private static RolloutTokens.Model model(double logProb, double referenceLogProb) {
    return new RolloutTokens.Model(
        new double[] {logProb}, new double[] {referenceLogProb}, new double[] {0});
  }
}
