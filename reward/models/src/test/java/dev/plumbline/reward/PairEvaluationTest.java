/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class PairEvaluationTest {

  @Test
  void shouldCountRightAndEqualPairsAndLeaveOutUndecidedOnes() {
    PairEvaluation evaluation =
        PairEvaluation.of(
            List.of(
                PairScores.decided(2, 1),
                PairScores.decided(2, 1).swapped(),
                PairScores.decided(1, 2),
                PairScores.decided(1, 1),
                new PairScores(5, 1, 0.5, 0, 1)));
    assertThat(evaluation.pairs()).isEqualTo(5);
    assertThat(evaluation.decided()).isEqualTo(4);
    assertThat(evaluation.right()).isEqualTo(2);
    assertThat(evaluation.equal()).isEqualTo(1);
    assertThat(evaluation.accuracy()).isEqualTo(0.625);
    assertThat(evaluation.meanLead()).isEqualTo(0.25);
    // -log s(1) twice, -log s(-1), log 2
    assertThat(evaluation.logLoss())
        .isCloseTo((2 * 0.313261687518 + 1.313261687518 + Math.log(2)) / 4, within(1e-11));
  }

  @Test
  void shouldFindTheDistanceBetweenProbabilityAndShareOfItsBin() {
    // s(log 3) = 0.75: one right of two, so 0.25 too sure; s(log 19) = 0.95: both right, 0.05 short
    double log3 = Math.log(3);
    double log19 = Math.log(19);
    PairEvaluation evaluation =
        PairEvaluation.of(
            List.of(
                PairScores.decided(log3, 0),
                PairScores.decided(0, log3),
                PairScores.decided(log19, 0),
                PairScores.decided(log19, 0)));
    assertThat(evaluation.calibrationError()).isCloseTo(0.5 * 0.25 + 0.5 * 0.05, within(1e-12));
  }

  @Test
  void shouldFindSmallErrorWhereOutcomesFollowTheScores() {
    SplittableRandom random = new SplittableRandom(7);
    List<PairScores> honest = new ArrayList<>();
    List<PairScores> tooSure = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      double ahead = random.nextDouble(-3, 3);
      boolean aBetter = random.nextDouble() < 1 / (1 + Math.exp(-ahead));
      honest.add(new PairScores(ahead, 0, aBetter ? 1 : 0, 0, 1));
      tooSure.add(new PairScores(3 * ahead, 0, aBetter ? 1 : 0, 0, 1));
    }
    assertThat(PairEvaluation.of(honest).calibrationError()).isLessThan(0.02);
    assertThat(PairEvaluation.of(tooSure).calibrationError()).isGreaterThan(0.1);
    assertThat(PairEvaluation.of(tooSure).accuracy())
        .isEqualTo(PairEvaluation.of(honest).accuracy());
    assertThat(PairEvaluation.of(tooSure).logLoss())
        .isGreaterThan(PairEvaluation.of(honest).logLoss());
  }

  @Test
  void shouldCostLogTwoToKnowNothing() {
    PairEvaluation evaluation = PairEvaluation.of(List.of(PairScores.decided(0, 0)));
    assertThat(evaluation.logLoss()).isCloseTo(Math.log(2), within(1e-15));
    assertThat(evaluation.accuracy()).isEqualTo(0.5);
    assertThat(evaluation.calibrationError()).isZero();
  }
}
