/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward.control;

import java.util.List;

/**
 * How the controller moves the soft prompt before every token.
 *
 * <p>That it moves the prompt, and not hidden states or weights, is the paper's. Its form is {@link
 * Gradient}; {@link Bank} is ours, and needs no backward pass while generating. C is the
 * controller's probability that text has the wanted attribute, so far.
 */
public sealed interface PromptControl {

  /**
   * The controller chooses one of several soft prompts. Level 0 is no prompt at all; the level is
   * the number of thresholds that C doesn't exceed, so that text which already has the attribute is
   * left alone, and text far from it is pushed hardest.
   *
   * <p>With thresholds 0.8 and 0.4: C = 0.81 chooses level 0, 0.8 level 1, 0.4 level 2. Without
   * thresholds no prompt ever acts, which leaves the {@linkplain ResidualControl residual term}:
   * classic plug-and-play control.
   *
   * @param thresholds strictly falling, each in (0, 1)
   */
  record Bank(List<Double> thresholds) implements PromptControl {

    public Bank {
      thresholds = List.copyOf(thresholds);
      double above = 1;
      for (double threshold : thresholds) {
        if (!(threshold > 0 && threshold < above)) {
          throw new IllegalArgumentException(
              "bank_thresholds must fall strictly and be in (0, 1), but were "
                  + thresholds
                  + " (typical: 0.8, 0.4)");
        }
        above = threshold;
      }
    }

    /** Number of levels, of which all but level 0 have a soft prompt. */
    public int levels() {
      return thresholds.size() + 1;
    }

    /** The level that acts on the next token, from C of the text before it. */
    public int level(double attributeProb) {
      Requirement.prob("attribute_prob", attributeProb);
      int level = 0;
      for (double threshold : thresholds) {
        if (attributeProb <= threshold) {
          level++;
        }
      }
      return level;
    }
  }

  /**
   * The prompt descends, from the learned prompt u_0 on, before each token:
   *
   * <pre>
   *   u &lt;- u - s g / |g|,   g = grad_u [ -log C(a | h(x, y_&lt;=t; u)) + l_kl KL(pi(. | u) || pi(. | u_0)) ]
   * </pre>
   *
   * <p>The gradient of the discriminator by the prompt is the paper's; the KL term, the
   * normalisation and the constants are ours. These are its settings: the gradient belongs to the
   * model.
   *
   * @param steps k, descents before each token; at least 1, typical 1 to 3
   * @param stepSize s, length of each descent; positive, typical 0.02 to 0.1
   * @param divergenceWeight l_kl; at least 0, typical 0.01
   */
  record Gradient(int steps, double stepSize, double divergenceWeight) implements PromptControl {

    public Gradient {
      if (steps < 1) {
        throw new IllegalArgumentException(
            "gradient_steps must be at least 1, but was " + steps + " (typical: 1 to 3)");
      }
      Requirement.positive("gradient_step_size", stepSize, "0.02 to 0.1");
      Requirement.atLeastZero("prompt_kl_weight", divergenceWeight, "0.01");
    }
  }
}
