/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.alignment.objectives.DpoObjective;
import dev.plumbline.alignment.objectives.SeparablePairObjective;
import dev.plumbline.alignment.objectives.Tdpo1Objective;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class ToyPolicyTest {
  private static final double STEP = 1e-5;

  private final SplittableRandom random = new SplittableRandom(5);
  private final ToyWorld world = ToyWorld.draw(3, 4, random);
  private final ToyLanguage reference = world.language();
  private final ToyPolicy policy = ToyPolicy.draw(3, random);
  private final List<ToyPair> pairs = world.pairs(reference, 5, random);

  @Test
  void shouldHaveTheGradientOfFiniteDifferencesThroughLogProbabilities() {
    assertGradient(new DpoObjective(0.1, 0));
  }

  @Test
  void shouldHaveTheGradientOfFiniteDifferencesThroughDivergences() {
    // Of the TDPO objectives only the first has no stop-gradient, which differences don't see.
    assertGradient(new Tdpo1Objective(0.1));
  }

  @Test
  void shouldKeepItsWeightsWhereACopyLearns() {
    double before = policy.parameters()[0];

    policy.copy().parameters()[0] = before + 1;

    assertThat(policy.parameters()[0]).isEqualTo(before);
  }

  private void assertGradient(SeparablePairObjective objective) {
    ToyPolicy.Forward forward = policy.forward();
    double[] gradient =
        policy.backward(
            forward, new ToyStatistics(forward.language(), reference).byLogits(objective, pairs));

    double[] parameters = policy.parameters();
    for (int i = 0; i < parameters.length; i++) {
      double value = parameters[i];
      parameters[i] = value + STEP;
      double above = loss(objective);
      parameters[i] = value - STEP;
      double below = loss(objective);
      parameters[i] = value;
      assertThat(gradient[i])
          .as("parameter %d", i)
          .isCloseTo((above - below) / (2 * STEP), within(1e-9));
    }
    assertThat(Arrays.stream(gradient).map(Math::abs).max().orElseThrow()).isGreaterThan(1e-3);
  }

  private double loss(SeparablePairObjective objective) {
    return new ToyStatistics(policy.forward().language(), reference).loss(objective, pairs);
  }
}
