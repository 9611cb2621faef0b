/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.experiments;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A language that is spoken, what its speakers like, and how long they speak.
 *
 * <p>The reward of a completion is {@code (1 / sqrt(T)) sum_t (score(y_t) + bigram(y_(t-1), y_t))}:
 * a token scores -1, 0 or 1, one bigram in eight scores -1 or 1 besides, and T is the length. The
 * bigram of the first token is with the last one of the prompt. Prompts are two tokens, all equally
 * likely.
 */
final class ToyWorld {
  private static final int BIGRAMS_PER_SCORED_ONE = 8;

  private final ToyLanguage language;
  private final int length;
  private final double[][] scores;

  private ToyWorld(ToyLanguage language, int length, double[][] scores) {
    this.language = language;
    this.length = length;
    this.scores = scores;
  }

  /** Draws a world with completions of {@code length} tokens. */
  static ToyWorld draw(int vocabulary, int length, RandomGenerator random) {
    ToyLanguage language = ToyLanguage.draw(vocabulary, random);
    double scale = 1 / Math.sqrt(length);
    double[] ofToken = new double[vocabulary];
    for (int token = 0; token < vocabulary; token++) {
      ofToken[token] = random.nextInt(-1, 2);
    }
    double[][] scores = new double[vocabulary][vocabulary];
    for (double[] after : scores) {
      for (int token = 0; token < vocabulary; token++) {
        after[token] = scale * (ofToken[token] + bigramScore(random));
      }
    }
    return new ToyWorld(language, length, scores);
  }

  private static int bigramScore(RandomGenerator random) {
    if (random.nextInt(BIGRAMS_PER_SCORED_ONE) > 0) {
      return 0;
    }
    return random.nextBoolean() ? 1 : -1;
  }

  ToyLanguage language() {
    return language;
  }

  /** Number of tokens of a completion. */
  int length() {
    return length;
  }

  /** What a token in a state adds to the reward. */
  double score(int state, int token) {
    return scores[language.newer(state)][token];
  }

  double reward(ToyRow row) {
    double sum = 0;
    for (int t = 0; t < row.length(); t++) {
      sum += score(row.state(t), row.token(t));
    }
    return sum;
  }

  /**
   * Draws pairs of completions by {@code speaker}, each labelled by Bradley-Terry on the exact
   * reward: P(a preferred to b) = s(reward(a) - reward(b)), s the logistic function.
   */
  List<ToyPair> pairs(ToyLanguage speaker, int count, RandomGenerator random) {
    List<ToyPair> pairs = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int prompt = random.nextInt(language.states());
      ToyRow a = ToyRow.sample(speaker, prompt, length, random);
      ToyRow b = ToyRow.sample(speaker, prompt, length, random);
      double probA = 1 / (1 + Math.exp(reward(b) - reward(a)));
      pairs.add(random.nextDouble() < probA ? new ToyPair(a, b) : new ToyPair(b, a));
    }
    return pairs;
  }
}
