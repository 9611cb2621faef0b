/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward.attribute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.reward.attribute.ControllerEvaluation.Judged;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ControllerEvaluationTest {

  @Test
  void shouldCountWhatIsRightAndHowFarProbabilitiesAreOff() {
    ControllerEvaluation evaluation =
        ControllerEvaluation.of(
            List.of(
                new Judged(3, Math.log(0.85), true),
                new Judged(3, Math.log(0.85), true),
                new Judged(3, Math.log(0.85), false),
                new Judged(3, Math.log(0.15), false)));

    assertThat(evaluation.texts()).isEqualTo(4);
    assertThat(evaluation.right()).isEqualTo(3);
    assertThat(evaluation.accuracy()).isEqualTo(0.75);
    // three of four were given 0.85, one 0.15
    assertThat(evaluation.logLoss())
        .isCloseTo(-(3 * Math.log(0.85) + Math.log(0.15)) / 4, within(1e-12));
    // |3 * 0.85 - 2| and |0.15 - 0|, over 4
    assertThat(evaluation.calibrationError()).isCloseTo((0.55 + 0.15) / 4, within(1e-12));
    assertThat(evaluation.bins()).hasSize(10);
    assertThat(evaluation.bins().get(8).share()).isCloseTo(2.0 / 3, within(1e-12));
    assertThat(evaluation.bins().get(1).texts()).isOne();
  }

  @Test
  void shouldSayThatNothingIsKnownOfNoTexts() {
    ControllerEvaluation evaluation = ControllerEvaluation.of(List.of());

    assertThat(evaluation.texts()).isZero();
    assertThat(evaluation.logLoss()).isNaN();
  }
}
