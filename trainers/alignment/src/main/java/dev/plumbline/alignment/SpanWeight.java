/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import dev.plumbline.alignment.objectives.Requirements;
import dev.plumbline.lm.text.TokenizedText;
import java.util.Arrays;
import java.util.List;

/**
 * What part of a completion counts, from a span mark.
 *
 * @param startChar first char of the span
 * @param endChar first char after it
 * @param factor what its tokens count; at least 0
 */
public record SpanWeight(int startChar, int endChar, double factor) {
  public SpanWeight {
    if (startChar < 0 || endChar <= startChar) {
      throw new IllegalArgumentException(
          "a span must end after it starts, but was %d to %d".formatted(startChar, endChar));
    }
    Requirements.atLeastZero("factor", factor, "0 to 2");
  }

  /** The same span of the same text behind so many other chars. */
  SpanWeight shifted(int chars) {
    return new SpanWeight(startChar + chars, endChar + chars, factor);
  }

  /**
   * Weights of the tokens of a text: 1, times the factor of every span that covers a char of the
   * token.
   */
  public static double[] perToken(TokenizedText text, List<SpanWeight> spans) {
    double[] weights = new double[text.ids().length];
    Arrays.fill(weights, 1);
    for (int t = 0; t < weights.length; t++) {
      for (SpanWeight span : spans) {
        weights[t] *= text.covers(t, span.startChar(), span.endChar()) ? span.factor() : 1;
      }
    }
    return weights;
  }
}
