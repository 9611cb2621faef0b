/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.rldaf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class WeightAdjustmentTest {
  private final WeightAdjustment adjustment = new WeightAdjustment(0.8, 0.3, 0.9, 0.99, 0.15);

  @Test
  void shouldBeginAtTheInitialWeights() {
    FeedbackWeights initial = adjustment.initial();

    assertThat(initial.attribute()).isCloseTo(0.8, within(1e-12));
    assertThat(initial.fluency()).isCloseTo(0.2, within(1e-12));
    assertThat(initial.updates()).isZero();
  }

  @Test
  void shouldBeginItsAveragesAtTheFirstBatch() {
    FeedbackWeights first = adjustment.next(adjustment.initial(), 0.5, 0.3);

    assertThat(first.updates()).isOne();
    assertThat(first.attainment()).isEqualTo(0.5);
    assertThat(first.divergence()).isEqualTo(0.3);
    // ln 4 + 0.3 (10 * 0.49 - 0.15 / 0.15)
    assertThat(first.attributeLogit()).isCloseTo(2.556294, within(1e-6));
    assertThat(first.attribute()).isCloseTo(0.927995, within(1e-6));
  }

  @Test
  void shouldKeepNineTenthsOfTheAverages() {
    FeedbackWeights second = adjustment.next(new FeedbackWeights(1, 0.5, 0.3, 0), 0.9, 0.1);

    assertThat(second.updates()).isEqualTo(2);
    assertThat(second.attainment()).isCloseTo(0.54, within(1e-12));
    assertThat(second.divergence()).isCloseTo(0.28, within(1e-12));
    // 0.3 (10 * 0.45 - 0.13 / 0.15)
    assertThat(second.attributeLogit()).isCloseTo(1.09, within(1e-12));
  }

  @Test
  void shouldNotPayForStayingNearerThanAsked() {
    FeedbackWeights next = adjustment.next(adjustment.initial(), 0.99, 0.01);

    assertThat(next.attributeLogit())
        .isCloseTo(adjustment.initial().attributeLogit(), within(1e-12));
  }

  @Test
  void shouldClipTheLogitAtFour() {
    assertThat(adjustment.next(new FeedbackWeights(5, 0, 0, 3.9), 0, 0).attributeLogit())
        .isEqualTo(4);
    assertThat(adjustment.next(new FeedbackWeights(5, 1, 9, -3.9), 1, 9).attributeLogit())
        .isEqualTo(-4);
  }

  @Test
  void shouldKeepWeightsFixedAtRateZero() {
    WeightAdjustment fixed = new WeightAdjustment(0.6, 0, 0.9, 0.99, 0.15);

    assertThat(fixed.next(fixed.initial(), 0.1, 3).attribute()).isCloseTo(0.6, within(1e-12));
  }

  @Test
  void shouldReadBackTheSameStateFromItsText() {
    FeedbackWeights weights = adjustment.next(adjustment.initial(), 0.1, 1.0 / 3);

    assertThat(FeedbackWeights.parse(weights.toText())).isEqualTo(weights);
    assertThat(new FeedbackWeights(7, 0.5, 0.25, -1.5).toText())
        .isEqualTo(
            "rldaf-weights/1 updates=7 attainment=0x1.0p-1 divergence=0x1.0p-2"
                + " attribute_logit=-0x1.8p0");
  }

  @Test
  void shouldWriteEqualNumbersAlike() {
    assertThat(new FeedbackWeights(1, -0.0, -0.0, -0.0).toText())
        .isEqualTo(new FeedbackWeights(1, 0, 0, 0).toText());
  }

  @Test
  void shouldRefuseAnyOtherNotationOfTheSameNumbers() {
    String text = new FeedbackWeights(7, 0.5, 0.25, -1.5).toText();

    assertThatThrownBy(() -> FeedbackWeights.parse(text.replace("0x1.0p-1", "0.5")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0.5");
    assertThatThrownBy(() -> FeedbackWeights.parse(text + "\n"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldRefuseAnInitialWeightBeyondTheClip() {
    assertThatThrownBy(() -> new WeightAdjustment(1, 0.3, 0.9, 0.99, 0.15))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1.0");
  }
}
