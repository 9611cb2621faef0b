/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import dev.plumbline.alignment.objectives.CompletionOrigin;
import dev.plumbline.alignment.objectives.CompletionStatistics;
import dev.plumbline.alignment.objectives.Requirements;
import dev.plumbline.lm.TokenRow;
import java.util.Arrays;

/**
 * A completion in token ids after its prompt, with what is known about it beside its text.
 *
 * @param row prompt and completion
 * @param tokenWeights what each completion token counts; 1 unless span marks say otherwise
 * @param origin who made it
 * @param samplerLogProbs log-probability of each completion token under what it was drawn from, in
 *     nats; empty where unknown
 */
@SuppressWarnings("ArrayRecordComponent") // copied on both sides, compared by content
public record EncodedCompletion(
    TokenRow row, double[] tokenWeights, CompletionOrigin origin, double[] samplerLogProbs) {

  public EncodedCompletion {
    if (tokenWeights.length != row.completionTokens()) {
      throw new IllegalArgumentException(
          "one weight per completion token expected, but %d tokens had %d"
              .formatted(row.completionTokens(), tokenWeights.length));
    }
    Requirements.emptyOr(
        "the sampler's log-probabilities", samplerLogProbs.length, row.completionTokens());
    tokenWeights = tokenWeights.clone();
    samplerLogProbs = samplerLogProbs.clone();
  }

  /** A completion whose tokens count alike, by nobody in particular. */
  public static EncodedCompletion of(TokenRow row) {
    double[] ones = new double[row.completionTokens()];
    Arrays.fill(ones, 1);
    return new EncodedCompletion(row, ones, CompletionOrigin.UNKNOWN, new double[0]);
  }

  /** The same with other token weights. */
  public EncodedCompletion weighted(double[] tokenWeights) {
    return new EncodedCompletion(row, tokenWeights, origin, samplerLogProbs);
  }

  /** The same, told who made it. */
  public EncodedCompletion from(CompletionOrigin origin) {
    return new EncodedCompletion(row, tokenWeights, origin, samplerLogProbs);
  }

  /** The same, told what its tokens were drawn from. */
  public EncodedCompletion sampled(double[] samplerLogProbs) {
    return new EncodedCompletion(row, tokenWeights, origin, samplerLogProbs);
  }

  @Override
  public double[] tokenWeights() {
    return tokenWeights.clone();
  }

  @Override
  public double[] samplerLogProbs() {
    return samplerLogProbs.clone();
  }

  /** Sum of the token weights; see {@link CompletionStatistics#length}. */
  double completionLength() {
    double sum = 0;
    for (double weight : tokenWeights) {
      sum += weight;
    }
    return sum;
  }

  /** The completion's length with its prompt's labels. */
  double rowLength() {
    return row.labels() - row.completionTokens() + completionLength();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EncodedCompletion completion
        && row.equals(completion.row)
        && origin == completion.origin
        && Arrays.equals(tokenWeights, completion.tokenWeights)
        && Arrays.equals(samplerLogProbs, completion.samplerLogProbs);
  }

  @Override
  public int hashCode() {
    return 31 * row.hashCode() + Arrays.hashCode(tokenWeights);
  }

  @Override
  public String toString() {
    return "EncodedCompletion[row=%s, tokenWeights=%s, origin=%s, samplerLogProbs=%s]"
        .formatted(row, Arrays.toString(tokenWeights), origin, Arrays.toString(samplerLogProbs));
  }
}
