/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.reference;

import java.util.Arrays;

/** How rotary angles are stretched for texts longer than those first trained on. */
public sealed interface RotaryScaling {
  /** theta^(-2i/d). */
  record None() implements RotaryScaling {}

  /** Positions divided by a factor. */
  record Linear(double factor) implements RotaryScaling {}

  /** A larger theta for rows longer than {@code maxPositions} (NTK-aware). */
  record Dynamic(double factor, int maxPositions) implements RotaryScaling {}

  /** Llama 3: long waves divided by the factor, short ones kept, a ramp between. */
  record Llama3(
      double factor, double lowFrequencyFactor, double highFrequencyFactor, int originalPositions)
      implements RotaryScaling {}

  /**
   * YaRN (arXiv 2309.00071).
   *
   * @param attentionFactor multiplies cosine and sine; 0.1 ln(factor) + 1 unless configured
   */
  record Yarn(
      double factor,
      int originalPositions,
      double betaFast,
      double betaSlow,
      double attentionFactor)
      implements RotaryScaling {}

  /**
   * @param dimension of a head
   * @param length of the row
   */
  default RotaryAngles angles(double theta, int dimension, int length, RotaryLayout layout) {
    double[] plain = plain(theta, dimension);
    return switch (this) {
      case None none -> new RotaryAngles(plain, 1, layout);
      case Linear(double factor) ->
          new RotaryAngles(Arrays.stream(plain).map(f -> f / factor).toArray(), 1, layout);
      case Dynamic(double factor, int maxPositions) -> {
        double stretch = factor * Math.max(length, maxPositions) / maxPositions - (factor - 1);
        double larger = theta * Math.pow(stretch, dimension / (dimension - 2.0));
        yield new RotaryAngles(plain(larger, dimension), 1, layout);
      }
      case Llama3 llama3 ->
          new RotaryAngles(
              Arrays.stream(plain).map(f -> stretched(llama3, f)).toArray(), 1, layout);
      case Yarn yarn ->
          new RotaryAngles(stretched(yarn, plain, theta), yarn.attentionFactor, layout);
    };
  }

  private static double[] plain(double theta, int dimension) {
    double[] frequencies = new double[dimension / 2];
    Arrays.setAll(frequencies, i -> Math.pow(theta, -2.0 * i / dimension));
    return frequencies;
  }

  private static double stretched(Llama3 scaling, double frequency) {
    double waves = scaling.originalPositions * frequency / (2 * Math.PI);
    double ramp =
        (waves - scaling.lowFrequencyFactor)
            / (scaling.highFrequencyFactor - scaling.lowFrequencyFactor);
    double kept = Math.clamp(ramp, 0.0, 1.0);
    return frequency * (kept + (1 - kept) / scaling.factor);
  }

  private static double[] stretched(Yarn scaling, double[] plain, double theta) {
    int dimension = 2 * plain.length;
    double low = Math.max(0, Math.floor(turning(scaling, scaling.betaFast, dimension, theta)));
    double high =
        Math.min(dimension - 1.0, Math.ceil(turning(scaling, scaling.betaSlow, dimension, theta)));
    double width = low == high ? 0.001 : high - low;
    double[] stretched = new double[plain.length];
    for (int i = 0; i < plain.length; i++) {
      double interpolated = Math.clamp((i - low) / width, 0.0, 1.0);
      stretched[i] = plain[i] * (1 - interpolated + interpolated / scaling.factor);
    }
    return stretched;
  }

  // The index whose angle makes so many full turns within the original positions.
  private static double turning(Yarn scaling, double turns, int dimension, double theta) {
    return dimension
        * Math.log(scaling.originalPositions / (turns * 2 * Math.PI))
        / (2 * Math.log(theta));
  }
}
