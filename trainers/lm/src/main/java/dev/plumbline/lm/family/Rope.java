/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.family;

/**
 * Rotary position embedding (arXiv 2104.09864): pair i of a head with width d turns by {@code
 * position * f_i}, where {@code f_i = theta^(-2i/d)} before scaling.
 *
 * @param theta base of the frequencies
 * @param scaling how the frequencies are stretched for longer rows
 */
public record Rope(double theta, Scaling scaling) {

  /** How the base frequencies are changed. */
  public sealed interface Scaling permits None, Linear, Llama3, Yarn {}

  /** The frequencies as they are. */
  public enum None implements Scaling {
    NONE
  }

  /**
   * Position interpolation (arXiv 2306.15595): every frequency divided by the factor.
   *
   * @param factor how much longer rows may be
   */
  public record Linear(double factor) implements Scaling {
    public Linear {
      Limits.requirePositive("factor", factor);
    }
  }

  /**
   * Llama 3.1's rule: with wavelength {@code w = 2 pi / f} and original length n, frequencies with
   * {@code w < n / high} stay, those with {@code w > n / low} are divided by the factor, and those
   * between are blended by {@code s = (n / w - low) / (high - low)} as {@code (1 - s) f / factor +
   * s f}.
   *
   * @param factor how much longer rows may be
   * @param lowFrequencyFactor low
   * @param highFrequencyFactor high; larger than low
   * @param originalMaxPositions n, the length that the base was trained with
   */
  public record Llama3(
      double factor,
      double lowFrequencyFactor,
      double highFrequencyFactor,
      int originalMaxPositions)
      implements Scaling {
    public Llama3 {
      Limits.requirePositive("factor", factor);
      Limits.requirePositive("low_freq_factor", lowFrequencyFactor);
      Limits.requirePositive("original_max_position_embeddings", originalMaxPositions);
      if (!(highFrequencyFactor > lowFrequencyFactor)) {
        throw new IllegalArgumentException(
            "high_freq_factor must be larger than low_freq_factor (%s), but was %s"
                .formatted(lowFrequencyFactor, highFrequencyFactor));
      }
    }
  }

  /**
   * YaRN (arXiv 2309.00071, section 3.2 and 3.4): pairs that turn more than {@code betaFast} times
   * over the original length stay, those that turn less than {@code betaSlow} times are divided by
   * the factor, and between them a linear ramp over i blends; cosine and sine are multiplied by the
   * attention factor.
   *
   * @param factor how much longer rows may be
   * @param originalMaxPositions length that the base was trained with
   * @param betaFast turns from which a pair stays as it is
   * @param betaSlow turns up to which a pair is interpolated
   * @param attentionFactor multiplies cosine and sine
   * @param truncate whether the ramp starts and ends at whole numbers
   */
  public record Yarn(
      double factor,
      int originalMaxPositions,
      double betaFast,
      double betaSlow,
      double attentionFactor,
      boolean truncate)
      implements Scaling {
    public Yarn {
      Limits.requirePositive("factor", factor);
      Limits.requirePositive("original_max_position_embeddings", originalMaxPositions);
      Limits.requirePositive("beta_slow", betaSlow);
      Limits.requirePositive("attention_factor", attentionFactor);
      if (!(betaFast > betaSlow)) {
        throw new IllegalArgumentException(
            "beta_fast must be larger than beta_slow (%s), but was %s"
                .formatted(betaSlow, betaFast));
      }
    }
  }

  public Rope {
    Limits.requirePositive("rope_theta", theta);
  }

  /** Frequencies without scaling. */
  public static Rope of(double theta) {
    return new Rope(theta, None.NONE);
  }

  /** The factor of cosine and sine: 1, but for YaRN. */
  public double attentionFactor() {
    return switch (scaling) {
      case None none -> 1;
      case Linear linear -> 1;
      case Llama3 llama3 -> 1;
      case Yarn yarn -> yarn.attentionFactor;
    };
  }

  /**
   * Angle per position of each pair, scaling applied.
   *
   * @param headDim d, even
   * @return d / 2 values
   */
  public double[] inverseFrequencies(int headDim) {
    double[] frequencies = new double[headDim / 2];
    for (int i = 0; i < frequencies.length; i++) {
      double base = Math.pow(theta, -2.0 * i / headDim);
      frequencies[i] =
          switch (scaling) {
            case None none -> base;
            case Linear linear -> base / linear.factor;
            case Llama3 llama3 -> scaled(base, llama3);
            case Yarn yarn -> scaled(base, i, headDim, yarn);
          };
    }
    return frequencies;
  }

  private static double scaled(double frequency, Llama3 llama3) {
    double turns = llama3.originalMaxPositions * frequency / (2 * Math.PI);
    double low = llama3.lowFrequencyFactor;
    double share = Math.clamp((turns - low) / (llama3.highFrequencyFactor - low), 0, 1);
    return (1 - share) * frequency / llama3.factor + share * frequency;
  }

  private double scaled(double frequency, int pair, int headDim, Yarn yarn) {
    double low = pairThatTurns(yarn.betaFast, headDim, yarn.originalMaxPositions);
    double high = pairThatTurns(yarn.betaSlow, headDim, yarn.originalMaxPositions);
    if (yarn.truncate) {
      low = Math.floor(low);
      high = Math.ceil(high);
    }
    low = Math.max(low, 0);
    high = Math.min(high, headDim - 1.0);
    // A ramp of no width is a step.
    double width = low == high ? 0.001 : high - low;
    double interpolated = Math.clamp((pair - low) / width, 0, 1);
    return interpolated * frequency / yarn.factor + (1 - interpolated) * frequency;
  }

  /** The pair, as a real number, that turns this often over the original length. */
  private double pairThatTurns(double turns, int headDim, int originalMaxPositions) {
    return headDim * Math.log(originalMaxPositions / (turns * 2 * Math.PI)) / (2 * Math.log(theta));
  }
}
