/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges;

import dev.plumbline.lm.TokenRow;
import dev.plumbline.lm.text.Tokenizer;
import dev.plumbline.reward.attribute.Attribute;
import dev.plumbline.reward.attribute.RemoteController;
import java.util.Arrays;
import java.util.List;

/**
 * A program as an attribute controller: log C = log sigmoid(scale x grade) of the text of the
 * prefix. A grade of 0 is a probability of one half.
 */
public final class GradedController implements RemoteController {
  private final Attribute attribute;
  private final Grader grader;
  private final double scale;
  private final Tokenizer tokenizer;

  /**
   * @param attribute what the grade is of
   * @param scale log-odds per grade; positive
   * @param tokenizer of the policy, which turns tokens into text; stays the caller's
   */
  public GradedController(Attribute attribute, Grader grader, double scale, Tokenizer tokenizer) {
    if (!(scale > 0)) {
      throw new IllegalArgumentException("scale must be positive, but was " + scale);
    }
    this.attribute = attribute;
    this.grader = grader;
    this.scale = scale;
    this.tokenizer = tokenizer;
  }

  @Override
  public Attribute attribute() {
    return attribute;
  }

  @Override
  public double[][] prefixLogProbs(List<TokenRow> rows, int batchSize) {
    return rows.stream().map(this::prefixLogProbs).toArray(double[][]::new);
  }

  private double[] prefixLogProbs(TokenRow row) {
    int[] ids = row.ids();
    int start = row.completionStart();
    String prompt = tokenizer.decode(Arrays.copyOf(ids, start));
    double[] logProbs = new double[ids.length - start + 1];
    for (int length = 0; length < logProbs.length; length++) {
      String text = tokenizer.decode(Arrays.copyOfRange(ids, start, start + length));
      logProbs[length] = logSigmoid(scale * grader.grade(prompt, text));
    }
    return logProbs;
  }

  /** Without overflow on either side. */
  private static double logSigmoid(double logOdds) {
    return Math.min(logOdds, 0) - Math.log1p(Math.exp(-Math.abs(logOdds)));
  }

  @Override
  public void close() {}
}
