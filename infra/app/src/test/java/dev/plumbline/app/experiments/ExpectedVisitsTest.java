/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.function.ToDoubleBiFunction;
import org.junit.jupiter.api.Test;

final class ExpectedVisitsTest {
  private static final int VOCABULARY = 3;
  private static final int LENGTH = 4;

  private final SplittableRandom random = new SplittableRandom(7);
  private final ToyWorld world = ToyWorld.draw(VOCABULARY, LENGTH, random);
  private final ToyLanguage policy = ToyLanguage.draw(VOCABULARY, random);
  private final ExpectedVisits visits = ExpectedVisits.of(policy, LENGTH);

  @Test
  void shouldExpectTheRewardThatAllCompletionsHaveTogether() {
    double expected = sum((row, logProb) -> Math.exp(logProb) * world.reward(row));

    assertThat(expected).isNotZero();
    assertThat(visits.reward(world)).isCloseTo(expected, within(1e-12));
  }

  @Test
  void shouldExpectTheDivergenceThatAllCompletionsHaveTogether() {
    double expected =
        sum((row, logProb) -> Math.exp(logProb) * (logProb - logProb(world.language(), row)));

    assertThat(expected).isPositive();
    assertThat(visits.divergence(world.language())).isCloseTo(expected, within(1e-12));
  }

  @Test
  void shouldSeeNoDivergenceFromItself() {
    assertThat(visits.divergence(policy)).isZero();
  }

  /** Mean over prompts of the sum over all V^T completions. */
  private double sum(ToDoubleBiFunction<ToyRow, Double> term) {
    double sum = 0;
    for (int prompt = 0; prompt < policy.states(); prompt++) {
      for (int code = 0; code < Math.pow(VOCABULARY, LENGTH); code++) {
        ToyRow row = new ToyRow(policy, prompt, digits(code));
        sum += term.applyAsDouble(row, logProb(policy, row));
      }
    }
    return sum / policy.states();
  }

  private static int[] digits(int code) {
    int[] digits = new int[LENGTH];
    for (int t = 0; t < LENGTH; t++) {
      digits[t] = code % VOCABULARY;
      code /= VOCABULARY;
    }
    return digits;
  }

  /** Told token by token from the two tokens before, not from the states that a row knows. */
  private static double logProb(ToyLanguage language, ToyRow row) {
    int older = row.state(0) / VOCABULARY;
    int newer = row.state(0) % VOCABULARY;
    double sum = 0;
    for (int t = 0; t < row.length(); t++) {
      int token = row.token(t);
      sum += language.logProb(language.state(older, newer), token);
      older = newer;
      newer = token;
    }
    return sum;
  }
}
