/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.experiments;

import java.util.SplittableRandom;

/**
 * A controller that scores any beginning of a text:
 *
 * <pre>
 *   C(a | y_&lt;=t) = s( sum_{j &lt;= t} e(y_(j-2), y_(j-1), y_j) + d sqrt(1 - t / T) n(y_&lt;=t) )
 * </pre>
 *
 * <p>It errs in two ways. Its evidence e isn't the world's score: what drives C up isn't all
 * attribute. And it guesses how an unfinished text will end: n is standard normal, drawn once for
 * each beginning, and its part fades out towards the end. Immutable.
 */
final class ToyController {
  // [state][token]
  private final double[][] evidence;
  private final int length;
  private final double guesswork;
  private final long noiseSeed;

  /**
   * @param evidence what a token in a state adds to the log-odds
   * @param length T, number of tokens of a text
   * @param guesswork d, deviation of the guess before the first token, in log-odds
   * @param noiseSeed of the guesses
   */
  ToyController(double[][] evidence, int length, double guesswork, long noiseSeed) {
    this.evidence = evidence;
    this.length = length;
    this.guesswork = guesswork;
    this.noiseSeed = noiseSeed;
  }

  /** Before the first token after a prompt. */
  Beginning begin(int prompt) {
    return new Beginning(noiseSeed + prompt, 0, 0);
  }

  /** A beginning of a text, as the controller sees it. Immutable. */
  final class Beginning {
    // Differs between beginnings, but for collisions of 64 bits.
    private final long seed;
    private final int tokens;
    private final double evidenceSum;

    private Beginning(long seed, int tokens, double evidenceSum) {
      this.seed = seed;
      this.tokens = tokens;
      this.evidenceSum = evidenceSum;
    }

    /** This beginning and one more token. */
    Beginning and(int state, int token) {
      return new Beginning(
          new SplittableRandom(seed + token).nextLong(),
          tokens + 1,
          evidenceSum + evidence[state][token]);
    }

    /** log C. */
    double attributeLogProb() {
      double unseen = Math.max(0, 1 - tokens / (double) length);
      double logOdds =
          evidenceSum + guesswork * Math.sqrt(unseen) * new SplittableRandom(~seed).nextGaussian();
      return Math.min(logOdds, 0) - Math.log1p(Math.exp(-Math.abs(logOdds)));
    }

    /** log C of this beginning with each token of the vocabulary added. */
    double[] attributeLogProbs(int state) {
      double[] attributeLogProbs = new double[evidence[state].length];
      for (int token = 0; token < attributeLogProbs.length; token++) {
        attributeLogProbs[token] = and(state, token).attributeLogProb();
      }
      return attributeLogProbs;
    }
  }
}
