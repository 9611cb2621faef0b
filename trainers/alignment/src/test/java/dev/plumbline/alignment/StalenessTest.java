/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What old pairs count, and when the reference moves. */
class StalenessTest {

  @Test
  void shouldHalveAWeightWithEachHalfLife() {
    AgeDiscount discount = new AgeDiscount.HalfLife(Duration.ofDays(7));

    assertThat(discount.factor(Duration.ZERO)).isEqualTo(1);
    assertThat(discount.factor(Duration.ofDays(-1))).isEqualTo(1);
    assertThat(discount.factor(Duration.ofDays(7))).isEqualTo(0.5);
    assertThat(discount.factor(Duration.ofDays(21))).isEqualTo(0.125);
    assertThat(discount.factor(Duration.ofHours(84))).isCloseTo(Math.sqrt(0.5), within(1e-15));
    assertThat(new AgeDiscount.None().factor(Duration.ofDays(9999))).isEqualTo(1);
    assertThatThrownBy(() -> new AgeDiscount.HalfLife(Duration.ZERO))
        .hasMessage("half_life must be positive, but was PT0S");
  }

  @Test
  void shouldAcceptWeighOrParkByVersionDistance() {
    assertThat(new VersionDistance.Accept().judge(1000))
        .isEqualTo(new VersionDistance.Verdict.Learn(1));
    assertThat(new VersionDistance.Weigh(0.5).judge(0))
        .isEqualTo(new VersionDistance.Verdict.Learn(1));
    assertThat(new VersionDistance.Weigh(0.5).judge(3))
        .isEqualTo(new VersionDistance.Verdict.Learn(0.125));
    assertThat(new VersionDistance.Bound(4).judge(4))
        .isEqualTo(new VersionDistance.Verdict.Learn(1));
    assertThat(new VersionDistance.Bound(4).judge(5)).isEqualTo(new VersionDistance.Verdict.Park());
    assertThatThrownBy(() -> new VersionDistance.Accept().judge(-1))
        .hasMessage("a version distance must be at least 0, but was -1");
    assertThatThrownBy(() -> new VersionDistance.Weigh(0))
        .hasMessage("decay must be in (0, 1], but was 0.0");
  }

  @Test
  void shouldMoveTheReferenceEverySoManySteps() {
    ReferenceRefresh refresh = new ReferenceRefresh(0.6, 512);

    assertThat(refresh.isDueAfter(0)).isFalse();
    assertThat(refresh.isDueAfter(511)).isFalse();
    assertThat(refresh.isDueAfter(512)).isTrue();
    assertThat(refresh.isDueAfter(1024)).isTrue();
    assertThat(refresh.refreshed(2, 1)).isCloseTo(1.6, within(1e-15));
    assertThat(new ReferenceRefresh(1, 1).refreshed(2, 1)).isEqualTo(2);
    assertThatThrownBy(() -> new ReferenceRefresh(0, 1))
        .hasMessage("ref_model_mixup_alpha must be in (0, 1], but was 0.0 (typical: 0.6)");
    assertThatThrownBy(() -> new ReferenceRefresh(0.6, 0))
        .hasMessage("ref_model_sync_steps must be at least 1, but was 0 (typical: 512)");
  }
}
