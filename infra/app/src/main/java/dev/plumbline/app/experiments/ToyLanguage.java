/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.experiments;

import java.util.random.RandomGenerator;

/**
 * A language whose next token depends on the two before it: the log-probability of every token in
 * every one of the V * V states. Immutable.
 */
final class ToyLanguage {
  private final int vocabulary;
  private final double[][] logProbs;
  private final double[][] probs;

  private ToyLanguage(int vocabulary, double[][] logProbs) {
    this.vocabulary = vocabulary;
    this.logProbs = logProbs;
    this.probs = new double[logProbs.length][vocabulary];
    for (int state = 0; state < logProbs.length; state++) {
      for (int token = 0; token < vocabulary; token++) {
        probs[state][token] = Math.exp(logProbs[state][token]);
      }
    }
  }

  /** Normalises logits, {@code [state][token]}, by a softmax in each state. */
  static ToyLanguage ofLogits(int vocabulary, double[][] logits) {
    double[][] logProbs = new double[logits.length][];
    for (int state = 0; state < logits.length; state++) {
      logProbs[state] = logSoftmax(logits[state]);
    }
    return new ToyLanguage(vocabulary, logProbs);
  }

  /** A random table: logits are independent standard normal numbers. */
  static ToyLanguage draw(int vocabulary, RandomGenerator random) {
    double[][] logits = new double[vocabulary * vocabulary][vocabulary];
    for (double[] ofState : logits) {
      for (int token = 0; token < vocabulary; token++) {
        ofState[token] = random.nextGaussian();
      }
    }
    return ofLogits(vocabulary, logits);
  }

  int vocabulary() {
    return vocabulary;
  }

  int states() {
    return logProbs.length;
  }

  /** The state after two tokens. */
  int state(int older, int newer) {
    return older * vocabulary + newer;
  }

  /** The state that a token leads to. */
  int next(int state, int token) {
    return state(newer(state), token);
  }

  /** The last token of a state. */
  int newer(int state) {
    return state % vocabulary;
  }

  double logProb(int state, int token) {
    return logProbs[state][token];
  }

  double prob(int state, int token) {
    return probs[state][token];
  }

  /** KL(this || other) of the next token in a state, in nats. */
  double divergence(ToyLanguage other, int state) {
    double sum = 0;
    for (int token = 0; token < vocabulary; token++) {
      sum += prob(state, token) * (logProbs[state][token] - other.logProbs[state][token]);
    }
    return sum;
  }

  /** Draws the next token. */
  int sample(int state, RandomGenerator random) {
    double remaining = random.nextDouble();
    for (int token = 0; token < vocabulary - 1; token++) {
      remaining -= prob(state, token);
      if (remaining < 0) {
        return token;
      }
    }
    return vocabulary - 1;
  }

  /** Draws a token from the log-probability of each. */
  static int sample(double[] logProbs, RandomGenerator random) {
    double remaining = random.nextDouble();
    for (int token = 0; token < logProbs.length - 1; token++) {
      remaining -= Math.exp(logProbs[token]);
      if (remaining < 0) {
        return token;
      }
    }
    return logProbs.length - 1;
  }

  /** Logits less the logarithm of the sum of their exponentials. */
  static double[] logSoftmax(double[] logits) {
    double max = Double.NEGATIVE_INFINITY;
    for (double logit : logits) {
      max = Math.max(max, logit);
    }
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit - max);
    }
    double logSum = max + Math.log(sum);
    double[] logProbs = new double[logits.length];
    for (int token = 0; token < logits.length; token++) {
      logProbs[token] = logits[token] - logSum;
    }
    return logProbs;
  }
}
