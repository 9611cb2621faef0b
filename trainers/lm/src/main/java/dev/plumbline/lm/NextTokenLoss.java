/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

/**
 * Next-token cross-entropy: the negative mean log-probability of the completion labels of a batch,
 * in nats per token, with its derivatives. For pretraining, rows have {@code completionStart} 1 so
 * that every label counts.
 *
 * @param value mean over the tokens counted
 * @param logProbDerivatives per row, per label
 * @param tokens number of labels counted
 */
@SuppressWarnings("ArrayRecordComponent") // handed straight to ForwardPass.pullBack
public record NextTokenLoss(double value, double[][] logProbDerivatives, long tokens) {

  public static NextTokenLoss of(TokenStatistics statistics) {
    long tokens = 0;
    double sum = 0;
    int rows = statistics.rows().size();
    for (int row = 0; row < rows; row++) {
      tokens += statistics.completionTokens(row);
      sum += statistics.completionLogProb(row);
    }
    double[][] derivatives = new double[rows][];
    for (int row = 0; row < rows; row++) {
      boolean[] mask = statistics.completionMask(row);
      derivatives[row] = new double[mask.length];
      for (int t = 0; t < mask.length; t++) {
        derivatives[row][t] = mask[t] ? -1.0 / tokens : 0;
      }
    }
    return new NextTokenLoss(-sum / tokens, derivatives, tokens);
  }
}
