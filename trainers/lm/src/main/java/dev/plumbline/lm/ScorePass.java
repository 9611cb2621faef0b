/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

/**
 * A forward pass to a scalar head that can be pulled back: a loss computed in Java from its scores
 * becomes gradients. Holds native memory until closed; used by the thread that uses the model.
 */
public interface ScorePass extends AutoCloseable {

  TokenScores scores();

  /**
   * The vector-Jacobian product: gradients of a loss L with respect to the trained parameters, the
   * head's last.
   *
   * @param derivatives per row, per token: dL / d score; 0 where L does not depend on it
   * @return gradients that the caller owns and closes
   * @throws IllegalStateException when called a second time: the graph is consumed
   * @throws IllegalArgumentException when the shape is not that of the scores
   */
  Gradients pullBack(double[][] derivatives);

  /**
   * As {@link #pullBack} for a loss of the rows' scores.
   *
   * @param derivatives per row: dL / d (score after its last token)
   */
  default Gradients pullBackLast(double[] derivatives) {
    if (derivatives.length != scores().rows().size()) {
      throw new IllegalArgumentException(
          "derivatives of %d rows expected, but there were %d"
              .formatted(scores().rows().size(), derivatives.length));
    }
    double[][] perToken = new double[derivatives.length][];
    for (int row = 0; row < derivatives.length; row++) {
      int length = scores().rows().get(row).length();
      perToken[row] = new double[length];
      perToken[row][length - 1] = derivatives[row];
    }
    return pullBack(perToken);
  }

  @Override
  void close();
}
