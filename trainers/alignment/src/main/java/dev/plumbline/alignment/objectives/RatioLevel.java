/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

/** What a ratio pi / pi_old is about. */
public enum RatioLevel {
  /** One ratio per token. */
  TOKEN,
  /** One per completion, the geometric mean of its tokens'; arXiv 2507.18071, equation 7. */
  SEQUENCE_MEAN,
  /** One per completion, the product of its tokens': the ratio of their probabilities. */
  SEQUENCE
}
