/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.experiments;

import java.util.random.RandomGenerator;

/**
 * A neural language model with a window of two tokens:
 *
 * <pre>
 *   x      = [E u ; E v]            the embeddings of the two tokens before
 *   h      = tanh(A x + a)
 *   logits = B h + b
 * </pre>
 *
 * <p>All V * V states are computed at once. Mutable through {@link #parameters}: for one thread.
 */
final class ToyPolicy {
  private static final int UPDATES = 400;
  private static final double LEARNING_RATE = 1e-2;
  private static final int EMBEDDING = 8;
  private static final int HIDDEN = 32;

  /** Numbers in x. */
  static final int INPUT = 2 * EMBEDDING;

  private final int vocabulary;
  private final double[] parameters;
  // Where each array begins in the parameters; the embeddings begin at 0.
  private final int inner;
  private final int innerBias;
  private final int outer;
  private final int outerBias;

  private ToyPolicy(int vocabulary) {
    this.vocabulary = vocabulary;
    this.inner = vocabulary * EMBEDDING;
    this.innerBias = inner + HIDDEN * INPUT;
    this.outer = innerBias + HIDDEN;
    this.outerBias = outer + vocabulary * HIDDEN;
    this.parameters = new double[outerBias + vocabulary];
  }

  /**
   * Draws weights: embeddings standard normal, matrices with variance 1 over their columns, biases
   * 0.
   */
  static ToyPolicy draw(int vocabulary, RandomGenerator random) {
    ToyPolicy policy = new ToyPolicy(vocabulary);
    fill(policy.parameters, 0, policy.inner, 1, random);
    fill(policy.parameters, policy.inner, policy.innerBias, 1 / Math.sqrt(INPUT), random);
    fill(policy.parameters, policy.outer, policy.outerBias, 1 / Math.sqrt(HIDDEN), random);
    return policy;
  }

  /** Draws a policy and trains it on the cross-entropy with a language, over all states alike. */
  static ToyPolicy learnt(ToyLanguage language, RandomGenerator random) {
    ToyPolicy policy = draw(language.vocabulary(), random);
    Adam adam = new Adam(LEARNING_RATE, policy.parameters.length);
    for (int update = 0; update < UPDATES; update++) {
      Forward forward = policy.forward();
      double[][] byLogits = new double[language.states()][language.vocabulary()];
      for (int state = 0; state < byLogits.length; state++) {
        for (int token = 0; token < language.vocabulary(); token++) {
          byLogits[state][token] =
              (forward.language().prob(state, token) - language.prob(state, token))
                  / language.states();
        }
      }
      adam.update(policy.parameters, policy.backward(forward, byLogits));
    }
    return policy;
  }

  private static void fill(
      double[] parameters, int from, int to, double deviation, RandomGenerator random) {
    for (int i = from; i < to; i++) {
      parameters[i] = deviation * random.nextGaussian();
    }
  }

  /** A policy with the same weights, and its own from now on. */
  ToyPolicy copy() {
    ToyPolicy copy = new ToyPolicy(vocabulary);
    System.arraycopy(parameters, 0, copy.parameters, 0, parameters.length);
    return copy;
  }

  /** The weights themselves, to be written by whoever trains the policy. */
  double[] parameters() {
    return parameters;
  }

  /** What the policy says, and what pulling back derivatives needs besides. */
  static final class Forward {
    private final ToyLanguage language;
    // [state][unit]
    private final double[][] hidden;

    private Forward(ToyLanguage language, double[][] hidden) {
      this.language = language;
      this.hidden = hidden;
    }

    ToyLanguage language() {
      return language;
    }
  }

  Forward forward() {
    double[][] hidden = new double[vocabulary * vocabulary][];
    double[][] logits = new double[vocabulary * vocabulary][];
    for (int state = 0; state < hidden.length; state++) {
      hidden[state] = hidden(input(state));
      logits[state] = logits(hidden[state]);
    }
    return new Forward(ToyLanguage.ofLogits(vocabulary, logits), hidden);
  }

  /** h of an input. */
  double[] hidden(double[] input) {
    double[] hidden = new double[HIDDEN];
    for (int unit = 0; unit < HIDDEN; unit++) {
      double sum = parameters[innerBias + unit];
      for (int i = 0; i < INPUT; i++) {
        sum += parameters[inner + unit * INPUT + i] * input[i];
      }
      hidden[unit] = Math.tanh(sum);
    }
    return hidden;
  }

  /** The logits of every token, from h. */
  double[] logits(double[] hidden) {
    double[] logits = new double[vocabulary];
    for (int token = 0; token < vocabulary; token++) {
      double sum = parameters[outerBias + token];
      for (int unit = 0; unit < HIDDEN; unit++) {
        sum += parameters[outer + token * HIDDEN + unit] * hidden[unit];
      }
      logits[token] = sum;
    }
    return logits;
  }

  /** Pulls derivatives by the logits of one state back to derivatives by its input. */
  double[] byInput(double[] hidden, double[] byLogits) {
    double[] byInput = new double[INPUT];
    for (int unit = 0; unit < HIDDEN; unit++) {
      double byHidden = 0;
      for (int token = 0; token < vocabulary; token++) {
        byHidden += byLogits[token] * parameters[outer + token * HIDDEN + unit];
      }
      double bySum = byHidden * (1 - hidden[unit] * hidden[unit]);
      for (int i = 0; i < INPUT; i++) {
        byInput[i] += bySum * parameters[inner + unit * INPUT + i];
      }
    }
    return byInput;
  }

  /**
   * Pulls derivatives by logits back to derivatives by parameters.
   *
   * @param forward of the present weights
   * @param byLogits {@code [state][token]}
   */
  double[] backward(Forward forward, double[][] byLogits) {
    double[] gradient = new double[parameters.length];
    for (int state = 0; state < byLogits.length; state++) {
      double[] hidden = forward.hidden[state];
      double[] byHidden = new double[HIDDEN];
      for (int token = 0; token < vocabulary; token++) {
        double byLogit = byLogits[state][token];
        gradient[outerBias + token] += byLogit;
        for (int unit = 0; unit < HIDDEN; unit++) {
          int weight = outer + token * HIDDEN + unit;
          gradient[weight] += byLogit * hidden[unit];
          byHidden[unit] += byLogit * parameters[weight];
        }
      }
      double[] input = input(state);
      double[] byInput = new double[INPUT];
      for (int unit = 0; unit < HIDDEN; unit++) {
        double bySum = byHidden[unit] * (1 - hidden[unit] * hidden[unit]);
        gradient[innerBias + unit] += bySum;
        for (int i = 0; i < INPUT; i++) {
          int weight = inner + unit * INPUT + i;
          gradient[weight] += bySum * input[i];
          byInput[i] += bySum * parameters[weight];
        }
      }
      for (int i = 0; i < INPUT; i++) {
        gradient[embedding(state, i)] += byInput[i];
      }
    }
    return gradient;
  }

  /** x: the embeddings of a state's two tokens. */
  double[] input(int state) {
    double[] input = new double[INPUT];
    for (int i = 0; i < INPUT; i++) {
      input[i] = parameters[embedding(state, i)];
    }
    return input;
  }

  /** Where input {@code i} of a state stands in the parameters. */
  private int embedding(int state, int i) {
    int token = i < EMBEDDING ? state / vocabulary : state % vocabulary;
    return token * EMBEDDING + i % EMBEDDING;
  }
}
