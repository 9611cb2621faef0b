/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward;

import java.util.List;

/**
 * How well scores tell the better text of judged pairs, and how far the probabilities that follow
 * from them, P(a better) = sigmoid(r_a - r_b), can be believed. Pairs at belief one half have no
 * better text and are left out of all but their number; weights and margins play no part.
 *
 * @param pairs how many there are
 * @param decided how many have a better text
 * @param right how many of those have it ahead
 * @param equal how many of those have equal scores: neither right nor wrong
 * @param logLoss mean of -p log P - (1 - p) log(1 - P) over the decided, in nats; log 2 is what
 *     knowing nothing costs
 * @param calibrationError expected calibration error over the decided (arXiv 1706.04599, equation
 *     3): of {@value #BINS} equally wide bins of the more probable side's probability, the mean
 *     distance between that probability and the share of pairs where that side is the better one,
 *     weighted by the bins' sizes
 * @param meanLead mean score by which the better text is ahead
 */
public record PairEvaluation(
    int pairs,
    int decided,
    int right,
    int equal,
    double logLoss,
    double calibrationError,
    double meanLead) {
  private static final int BINS = 10;

  /** Evaluates scored pairs; numbers of no decided pair are NaN. */
  public static PairEvaluation of(List<PairScores> pairs) {
    List<PairScores> decided = pairs.stream().filter(PairScores::isDecided).toList();
    int right = 0;
    int equal = 0;
    double logLoss = 0;
    double lead = 0;
    for (PairScores pair : decided) {
      right += pair.lead() > 0 ? 1 : 0;
      equal += pair.lead() == 0 ? 1 : 0;
      lead += pair.lead();
      double ahead = pair.a() - pair.b();
      logLoss -=
          pair.belief() * Logistic.logSigmoid(ahead)
              + (1 - pair.belief()) * Logistic.logSigmoid(-ahead);
    }
    int n = decided.size();
    return new PairEvaluation(
        pairs.size(), n, right, equal, logLoss / n, calibrationError(decided), lead / n);
  }

  /** Share of the decided pairs that are right, equal scores counting half. */
  public double accuracy() {
    return (right + 0.5 * equal) / decided;
  }

  private static double calibrationError(List<PairScores> decided) {
    double[] probs = new double[BINS];
    double[] hits = new double[BINS];
    for (PairScores pair : decided) {
      double prob = Logistic.sigmoid(Math.abs(pair.lead()));
      int bin = Math.min(BINS - 1, (int) ((prob - 0.5) * 2 * BINS));
      probs[bin] += prob;
      hits[bin] += pair.lead() == 0 ? 0.5 : pair.lead() > 0 ? 1 : 0;
    }
    double error = 0;
    for (int bin = 0; bin < BINS; bin++) {
      error += Math.abs(probs[bin] - hits[bin]);
    }
    return error / decided.size();
  }
}
