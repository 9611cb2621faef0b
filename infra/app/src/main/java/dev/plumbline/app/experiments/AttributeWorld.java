/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.experiments;

import java.util.random.RandomGenerator;

/**
 * A world whose texts have an attribute the more probably, the more of its reward they earn beyond
 * the mean of its language:
 *
 * <pre>
 *   P(a | y) = s( k (reward(y) - E reward) )
 * </pre>
 *
 * <p>s is the logistic function. Language and attribute are exact; what errs is the controller.
 * Immutable.
 */
final class AttributeWorld {
  private static final double SHARPNESS = 2;

  private final ToyWorld world;
  private final double meanReward;

  private AttributeWorld(ToyWorld world) {
    this.world = world;
    this.meanReward = ExpectedVisits.of(world.language(), world.length()).reward(world);
  }

  /** Draws a world whose texts have {@code length} tokens. */
  static AttributeWorld draw(int vocabulary, int length, RandomGenerator random) {
    return new AttributeWorld(ToyWorld.draw(vocabulary, length, random));
  }

  ToyLanguage language() {
    return world.language();
  }

  /** Number of tokens of a text. */
  int length() {
    return world.length();
  }

  /** Draws the state that a prompt leaves the language in. */
  int prompt(RandomGenerator random) {
    return random.nextInt(language().states());
  }

  /**
   * A controller that takes another attribute, drawn like this one, for this one: its evidence is
   * what a token in a state earns beyond the mean, plus {@code confusion} times what it earns of
   * the other.
   *
   * @param guesswork how far it misjudges how an unfinished text will end, in log-odds
   */
  ToyController controller(double confusion, double guesswork, RandomGenerator random) {
    ToyWorld other = ToyWorld.draw(language().vocabulary(), length(), random);
    double mean =
        (meanReward + confusion * ExpectedVisits.of(language(), length()).reward(other)) / length();
    double[][] evidence = new double[language().states()][language().vocabulary()];
    for (int state = 0; state < evidence.length; state++) {
      for (int token = 0; token < evidence[state].length; token++) {
        evidence[state][token] =
            SHARPNESS * (world.score(state, token) + confusion * other.score(state, token) - mean);
      }
    }
    return new ToyController(evidence, length(), guesswork, random.nextLong());
  }

  /** P(a | y). */
  double attributeProb(ToyRow text) {
    return 1 / (1 + Math.exp(-SHARPNESS * (world.reward(text) - meanReward)));
  }

  /** log P(y) of a whole text, in nats. */
  double logProb(ToyRow text) {
    double sum = 0;
    for (int t = 0; t < text.length(); t++) {
      sum += language().logProb(text.state(t), text.token(t));
    }
    return sum;
  }
}
