/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.experiments;

import java.util.Arrays;

/**
 * How often a language is in each state while it says a completion, exactly: the sum over t of the
 * distribution of states before token t, by dynamic programming from all prompts equally likely.
 * The expectation of anything that adds up over tokens is a sum over states. Immutable.
 */
final class ExpectedVisits {
  private final ToyLanguage language;
  private final double[] visits;

  private ExpectedVisits(ToyLanguage language, double[] visits) {
    this.language = language;
    this.visits = visits;
  }

  /** Visits in completions of {@code length} tokens; O(length V^3). */
  static ExpectedVisits of(ToyLanguage language, int length) {
    int states = language.states();
    double[] visits = new double[states];
    double[] probs = new double[states];
    Arrays.fill(probs, 1.0 / states);
    for (int t = 0; t < length; t++) {
      double[] next = new double[states];
      for (int state = 0; state < states; state++) {
        visits[state] += probs[state];
        for (int token = 0; token < language.vocabulary(); token++) {
          next[language.next(state, token)] += probs[state] * language.prob(state, token);
        }
      }
      probs = next;
    }
    return new ExpectedVisits(language, visits);
  }

  /** Expected reward of a completion. */
  double reward(ToyWorld world) {
    double sum = 0;
    for (int state = 0; state < visits.length; state++) {
      double ofState = 0;
      for (int token = 0; token < language.vocabulary(); token++) {
        ofState += language.prob(state, token) * world.score(state, token);
      }
      sum += visits[state] * ofState;
    }
    return sum;
  }

  /** KL(language || reference) of whole completions, in nats. */
  double divergence(ToyLanguage reference) {
    double sum = 0;
    for (int state = 0; state < visits.length; state++) {
      sum += visits[state] * language.divergence(reference, state);
    }
    return sum;
  }
}
