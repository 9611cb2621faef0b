/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward;

import java.util.List;

/**
 * The Bradley-Terry loss of scores r (Bradley and Terry, Biometrika 39, 1952), as reward models
 * learn it (arXiv 2203.02155, equation 1; the margin is that of arXiv 2307.09288, equation 2):
 *
 * <pre>
 *   L(a, b) = -log sigmoid(r_a - r_b - margin)
 *   L_i     = p L(a, b) + (1 - p) L(b, a) + c (r_a + r_b)^2
 *   loss    = (1 / N) sum_i w_i L_i
 * </pre>
 *
 * <p>A belief p of one half pulls the scores together; calling a what was b, with belief 1 - p,
 * changes nothing. The loss sees differences alone, so that without c nothing holds a model's
 * scores near 0.
 *
 * @param centring c, at least 0; off at 0 (typical: 0.01)
 */
public record BradleyTerryLoss(double centring) {

  public BradleyTerryLoss {
    if (!(centring >= 0) || Double.isInfinite(centring)) {
      throw new IllegalArgumentException(
          "center_rewards_coefficient must be at least 0, but was "
              + centring
              + " (typical: 0.01; 0 is off)");
    }
  }

  /**
   * The loss of a batch, or its share in one.
   *
   * @param pairs of the batch, or a part of them: the shares of all parts add up
   * @param batchSize N
   */
  public LossValue of(List<PairScores> pairs, int batchSize) {
    double loss = 0;
    double[] ofA = new double[pairs.size()];
    double[] ofB = new double[pairs.size()];
    for (int i = 0; i < ofA.length; i++) {
      PairScores pair = pairs.get(i);
      double share = pair.weight() / batchSize;
      double aWins = pair.a() - pair.b() - pair.margin();
      double bWins = pair.b() - pair.a() - pair.margin();
      double sum = pair.a() + pair.b();
      double p = pair.belief();
      loss +=
          share
              * (-p * Logistic.logSigmoid(aWins)
                  - (1 - p) * Logistic.logSigmoid(bWins)
                  + centring * sum * sum);
      double apart = -p * Logistic.sigmoid(-aWins) + (1 - p) * Logistic.sigmoid(-bWins);
      ofA[i] = share * (apart + 2 * centring * sum);
      ofB[i] = share * (-apart + 2 * centring * sum);
    }
    return new LossValue(loss, ofA, ofB);
  }

  /**
   * A loss and its derivatives.
   *
   * @param loss in nats
   * @param ofA per pair, dL / d (score of a)
   * @param ofB per pair, dL / d (score of b)
   */
  @SuppressWarnings("ArrayRecordComponent") // on its way into a pull-back, never compared
  public record LossValue(double loss, double[] ofA, double[] ofB) {}
}
