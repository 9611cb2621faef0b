/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

/**
 * What a model can say about one label: the token that follows a prefix. Written p for the policy's
 * distribution over the vocabulary at that place and q for the reference's.
 */
public enum Statistic {
  /** log p(label), in nats. */
  LOG_PROB(0),
  /** log q(label), in nats. No derivative: the reference is frozen. */
  REFERENCE_LOG_PROB(1),
  /** -sum p log p, in nats. */
  ENTROPY(2),
  /** KL(q || p), in nats; TDPO's (arXiv 2404.11999, equation 11). */
  FORWARD_KL(3),
  /** KL(p || q), in nats. */
  REVERSE_KL(4),
  /** log sum p^2. */
  LOG_SUM_SQUARED_PROB(5),
  /** Mean of the logits over the vocabulary. */
  MEAN_LOGIT(6),
  /** 1 when the label is p's most probable token, else 0. No derivative. */
  TOP_ONE(7);

  private final int number;

  Statistic(int number) {
    this.number = number;
  }

  /** Its number in the tensor program. */
  int number() {
    return number;
  }

  /** Whether it compares with the reference, which then runs too. */
  public boolean needsReference() {
    return switch (this) {
      case REFERENCE_LOG_PROB, FORWARD_KL, REVERSE_KL -> true;
      case LOG_PROB, ENTROPY, LOG_SUM_SQUARED_PROB, MEAN_LOGIT, TOP_ONE -> false;
    };
  }

  /** Whether a loss may depend on it. */
  public boolean hasDerivative() {
    return switch (this) {
      case REFERENCE_LOG_PROB, TOP_ONE -> false;
      case LOG_PROB, ENTROPY, FORWARD_KL, REVERSE_KL, LOG_SUM_SQUARED_PROB, MEAN_LOGIT -> true;
    };
  }
}
