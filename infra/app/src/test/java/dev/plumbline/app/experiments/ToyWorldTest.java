/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class ToyWorldTest {

  @Test
  void shouldPreferAsOftenAsBradleyTerrySays() {
    SplittableRandom random = new SplittableRandom(3);
    ToyWorld world = ToyWorld.draw(16, 12, random);

    List<ToyPair> pairs = world.pairs(world.language(), 20_000, random);

    double better = 0;
    double expected = 0;
    for (ToyPair pair : pairs) {
      double difference = world.reward(pair.chosen()) - world.reward(pair.rejected());
      better += difference > 0 ? 1 : difference == 0 ? 0.5 : 0;
      expected += 1 / (1 + Math.exp(-Math.abs(difference)));
    }
    // Three standard deviations of a mean of 20,000 coins are 0.011.
    assertThat(better / pairs.size()).isCloseTo(expected / pairs.size(), within(0.011));
    assertThat(expected / pairs.size()).isBetween(0.6, 0.9);
  }

  @Test
  void shouldSpeakAsItsTableSays() {
    SplittableRandom random = new SplittableRandom(4);
    ToyLanguage language = ToyLanguage.draw(3, random);
    int[] counts = new int[3];

    for (int i = 0; i < 20_000; i++) {
      counts[language.sample(5, random)]++;
    }

    for (int token = 0; token < 3; token++) {
      assertThat(counts[token] / 20_000.0).isCloseTo(language.prob(5, token), within(0.011));
    }
  }
}
