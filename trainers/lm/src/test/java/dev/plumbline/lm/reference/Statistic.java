/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.reference;

/**
 * A number per label of a row, of the distribution p that the model predicts the label with. Where
 * another distribution q is needed, it comes from the reference's logits and is a constant. Nats.
 */
public enum Statistic {
  /** log p(label). */
  LOG_PROB,
  /** -sum p log p. */
  ENTROPY,
  /** KL(q || p) = sum q (log q - log p). */
  FORWARD_KL,
  /** KL(p || q) = sum p (log p - log q). */
  REVERSE_KL,
  /** log sum p^2. */
  LOG_SUM_SQUARED_PROBS,
  /** The mean of the logits over the vocabulary. */
  MEAN_LOGIT
}
