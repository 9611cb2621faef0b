/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.alignment.rldaf.TrainedPart;
import dev.plumbline.reward.control.PromptControl;
import dev.plumbline.reward.control.ResidualControl;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

final class RldafTest {
  private final SplittableRandom random = new SplittableRandom(6);
  private final AttributeWorld world = AttributeWorld.draw(3, 4, random);
  private final ToyPolicy frozen = ToyPolicy.draw(3, random);

  @Test
  void shouldKeepItsPromisesInTwoWorlds() {
    Set<RldafMethod> methods =
        EnumSet.of(RldafMethod.RLDAF, RldafMethod.WITHOUT_FLUENCY, RldafMethod.REFERENCE_REWARD);

    // The first two worlds of those that no choice was made by: see infra/docs/experiments.md.
    assertThat(RldafCriteria.failures(run(301, 302, methods))).isEmpty();
  }

  @Test
  @Tag("experiments")
  void shouldKeepItsPromisesInEightWorlds() {
    assertThat(RldafCriteria.failures(run(1, 8, EnumSet.allOf(RldafMethod.class)))).isEmpty();
  }

  @Test
  void shouldBeginAsTheFrozenPolicy() {
    PromptedPolicy policy = policy(Set.of(TrainedPart.PROMPT, TrainedPart.BIAS));

    for (int level = 0; level < 3; level++) {
      for (int state = 0; state < 9; state++) {
        assertThat(policy.divergence(level, state)).isZero();
      }
    }
  }

  @Test
  void shouldTrainOnlyWhatIsNamed() {
    PromptedPolicy prompted = policy(Set.of(TrainedPart.PROMPT));
    ControlledText text = text(prompted);
    double[] unprompted = prompted.logProbs(0, 4).clone();

    prompted.update(prompted.gradient(List.of(text), List.of(new double[] {1, 1, 1, 1})));

    assertThat(prompted.logProbs(0, 4)).isEqualTo(unprompted);
    assertThat(prompted.trainedParameters()).isEqualTo(2 * ToyPolicy.INPUT);
    assertThat(policy(Set.of(TrainedPart.BIAS)).trainedParameters()).isEqualTo(3);
  }

  @Test
  void shouldLowerALossByFollowingItsGradient() {
    PromptedPolicy policy = policy(Set.of(TrainedPart.PROMPT, TrainedPart.BIAS));
    ControlledText text = text(policy);
    double before = logProb(policy, text);

    for (int update = 0; update < 5; update++) {
      policy.update(policy.gradient(List.of(text), List.of(new double[] {-1, -1, -1, -1})));
    }

    assertThat(logProb(policy, text)).isGreaterThan(before);
  }

  @Test
  void shouldReadControlsPerplexityBetweenTwoLambdas() {
    RldafSeed seed = seed(point(0.9, 12, 0.4), point(0.9, 12, 0.3), point(0.9, 5, 0.1));

    assertThat(seed.controlPerplexityAt(0.55).orElseThrow()).isCloseTo(10.5, within(1e-12));
    assertThat(seed.controlPerplexityAt(0.7).orElseThrow()).isCloseTo(12, within(1e-12));
    assertThat(seed.controlPerplexityAt(0.81)).isEmpty();
  }

  @Test
  void shouldSayWhichCriterionIsNotMet() {
    RldafPoint good = point(0.8, 12, 0.4);
    RldafPoint monotonous = point(0.9, 12, 0.3);
    RldafPoint collapsed = point(0.9, 5, 0.1);

    assertThat(RldafCriteria.failures(List.of(seed(good, monotonous, collapsed)))).isEmpty();
    assertThat(failure(point(0.66, 10, 0.4), monotonous, collapsed)).startsWith("accuracy: ");
    assertThat(failure(point(0.8, 14, 0.4), monotonous, collapsed)).startsWith("perplexity: ");
    assertThat(failure(point(0.8, 12, 0.35), monotonous, collapsed)).startsWith("diversity: ");
    assertThat(failure(good, good, collapsed)).startsWith("fluency term: ");
    assertThat(failure(good, monotonous, good)).startsWith("collapse: ");
  }

  private static String failure(
      RldafPoint rldaf, RldafPoint withoutFluency, RldafPoint referenceReward) {
    List<String> failures =
        RldafCriteria.failures(List.of(seed(rldaf, withoutFluency, referenceReward)));
    assertThat(failures).hasSize(1);
    return failures.getFirst();
  }

  private static List<RldafSeed> run(long first, long last, Set<RldafMethod> methods) {
    return LongStream.rangeClosed(first, last)
        .mapToObj(seed -> RldafRun.methods(seed, methods))
        .toList();
  }

  private PromptedPolicy policy(Set<TrainedPart> trained) {
    return new PromptedPolicy(frozen, 3, trained, 1e-2, 1);
  }

  private ControlledText text(PromptedPolicy policy) {
    return new ControlledSpeaker(
            policy,
            world.controller(0, 0, random),
            new PromptControl.Bank(List.of(0.9, 0.4)),
            new ResidualControl(1))
        .say(4, 4, random);
  }

  private static double logProb(PromptedPolicy policy, ControlledText text) {
    double sum = 0;
    for (int t = 0; t < text.row().length(); t++) {
      sum += policy.logProbs(text.level(t), text.row().state(t))[text.row().token(t)];
    }
    return sum;
  }

  private static RldafPoint point(double accuracy, double perplexity, double distinct3) {
    return new RldafPoint(accuracy, perplexity, distinct3, accuracy);
  }

  /** Control alone: accuracy 0.5, 0.6 and 0.8 at perplexity 10, 11 and 13. */
  private static RldafSeed seed(
      RldafPoint rldaf, RldafPoint withoutFluency, RldafPoint referenceReward) {
    return new RldafSeed(
        9,
        new TreeMap<>(
            Map.of(
                0.0, point(0.5, 10, 0.5),
                1.0, point(0.6, 11, 0.5),
                2.0, point(0.8, 13, 0.5))),
        Map.of(
            RldafMethod.RLDAF,
            rldaf,
            RldafMethod.WITHOUT_FLUENCY,
            withoutFluency,
            RldafMethod.REFERENCE_REWARD,
            referenceReward));
  }
}
