/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

/**
 * How a soft prompt moves before every token, RLDAF's gradient form (arXiv 2402.04160): from the
 * adapter's own prompt u_0 on, at the start of each completion,
 *
 * <pre>
 *   u &lt;- u - s g / |g|,   g = grad_u [ -log C(a | h(x, y_&lt;t; u)) + l KL(pi(. | u) || pi(. | u_0)) ]
 * </pre>
 *
 * <p>h is the mean of the final hidden states of prompt and completion behind the soft prompt.
 *
 * @param level whose soft prompt is u_0; at least 1
 * @param head C
 * @param steps descents before each token; at least 1, typical 1 to 3
 * @param stepSize s, length of each; positive, typical 0.02 to 0.1
 * @param divergenceWeight l; at least 0, typical 0.01
 * @param movedWeight g in the normalised geometric mean pi(v | u)^g pi(v | u_0)^(1 - g) that tokens
 *     are drawn from (arXiv 1912.02164, section 3.3); in (0, 1], where 1 is pi(v | u), typical 0.9
 */
public record PromptDescent(
    int level,
    AttributeHead head,
    int steps,
    double stepSize,
    double divergenceWeight,
    double movedWeight) {

  public PromptDescent {
    if (level < 1) {
      throw new IllegalArgumentException(
          "the level must have a soft prompt, that is be at least 1, but was " + level);
    }
    if (steps < 1) {
      throw new IllegalArgumentException(
          "gradient_steps must be at least 1, but was " + steps + " (typical: 1 to 3)");
    }
    if (!(stepSize > 0) || Double.isInfinite(stepSize)) {
      throw new IllegalArgumentException(
          "gradient_step_size must be positive, but was " + stepSize + " (typical: 0.02 to 0.1)");
    }
    if (!(divergenceWeight >= 0) || Double.isInfinite(divergenceWeight)) {
      throw new IllegalArgumentException(
          "prompt_kl_weight must be at least 0, but was " + divergenceWeight + " (typical: 0.01)");
    }
    if (!(movedWeight > 0 && movedWeight <= 1)) {
      throw new IllegalArgumentException(
          "moved_weight must be in (0, 1], but was " + movedWeight + " (typical: 0.9)");
    }
  }
}
