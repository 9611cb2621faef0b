/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Frequencies against those that transformers 5.23.0 computed once in single precision. */
final class RopeTest {
  private static final int HEAD_DIM = 16;
  private static final double SINGLE_PRECISION = 1e-6;

  @Test
  void shouldFallGeometricallyWithoutScaling() {
    double[] frequencies = Rope.of(10_000).inverseFrequencies(4);
    assertThat(frequencies).containsExactly(new double[] {1, 0.01}, within(1e-15));
    assertThat(Rope.of(10_000).attentionFactor()).isEqualTo(1);
  }

  @Test
  void shouldDivideAllFrequenciesWhenLinear() {
    assertFrequencies(
        new Rope(10_000, new Rope.Linear(4)),
        1,
        0.25,
        0.07905694097280502,
        0.02500000037252903,
        0.007905694656074047,
        0.0024999999441206455,
        0.0007905694656074047,
        0.0002500000118743628,
        7.905694656074047e-05);
  }

  @Test
  void shouldScaleByWavelengthAsLlama3() {
    assertFrequencies(
        new Rope(500_000, new Rope.Llama3(32, 1, 4, 8192)),
        1,
        1.0,
        0.193922758102417,
        0.03760603070259094,
        0.00729266507551074,
        0.000429556705057621,
        8.570255886297673e-06,
        1.6619674170215148e-06,
        3.2229328894572973e-07);
  }

  @Test
  void shouldRampOverTheTurnsAsYarn() {
    assertFrequencies(
        new Rope(1_000_000, new Rope.Yarn(4, 32768, 32, 1, 1.138629436111989, true)),
        1.138629436111989,
        1.0,
        0.17782793939113617,
        0.03162277862429619,
        0.004217559937387705,
        0.0005000000237487257,
        4.4456985051510856e-05,
        7.905693564680405e-06,
        1.405853367941745e-06);
    assertFrequencies(
        new Rope(10_000, new Rope.Yarn(8, 4096, 16, 2, 1.0376719952405395, false)),
        1.0376719952405395,
        1.0,
        0.3162277638912201,
        0.10000000149011612,
        0.03162277862429619,
        0.006221889052540064,
        0.00043557558092288673,
        0.0001250000059371814,
        3.9528473280370235e-05);
  }

  @Test
  void shouldNameTheNumberThatMakesNoSense() {
    assertThatThrownBy(() -> Rope.of(0)).hasMessage("rope_theta must be positive, but was 0.0");
    assertThatThrownBy(() -> new Rope.Linear(Double.POSITIVE_INFINITY))
        .hasMessage("factor must be positive, but was Infinity");
    assertThatThrownBy(() -> new Rope.Llama3(8, 4, 4, 8192))
        .hasMessage("high_freq_factor must be larger than low_freq_factor (4.0), but was 4.0");
    assertThatThrownBy(() -> new Rope.Yarn(8, 4096, 1, 1, 1, true))
        .hasMessage("beta_fast must be larger than beta_slow (1.0), but was 1.0");
  }

  private static void assertFrequencies(Rope rope, double attentionFactor, double... expected) {
    double[] frequencies = rope.inverseFrequencies(HEAD_DIM);
    assertThat(frequencies).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(frequencies[i] / expected[i]).isCloseTo(1, within(SINGLE_PRECISION));
    }
    assertThat(rope.attentionFactor()).isCloseTo(attentionFactor, within(1e-12));
  }
}
