/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SpanBeliefTest {
  private static final int FULL = Trust.FULL_PPM;

  @Test
  void shouldAverageTheMarksOfOneSpanAndKeepSpansApart() {
    List<SpanMarking> marks =
        List.of(mark(4, 9, -1_000_000), mark(0, 3, 500_000), mark(4, 9, 0), mark(0, 4, 250_000));

    assertThat(SpanBelief.of(marks, 9))
        .containsExactly(
            new SpanBelief(0, 3, 500_000),
            new SpanBelief(0, 4, 250_000),
            new SpanBelief(4, 9, -500_000));
  }

  @Test
  void shouldWeighMarksByTrustAndLeaveOutWhatNobodyTrusts() {
    List<SpanMarking> marks =
        List.of(
            new SpanMarking(0, 3, 1_000_000, FULL),
            new SpanMarking(0, 3, -1_000_000, FULL / 4),
            new SpanMarking(5, 6, 1_000_000, 0));

    assertThat(SpanBelief.of(marks, 9)).containsExactly(new SpanBelief(0, 3, 600_000));
  }

  @Test
  void shouldRoundGoodAndBadAlike() {
    List<SpanMarking> good = List.of(mark(0, 1, 1), mark(0, 1, 1), mark(0, 1, 0));
    List<SpanMarking> bad = List.of(mark(0, 1, -1), mark(0, 1, -1), mark(0, 1, 0));

    assertThat(SpanBelief.of(good, 9)).containsExactly(new SpanBelief(0, 1, 0));
    assertThat(SpanBelief.of(bad, 9)).containsExactly(new SpanBelief(0, 1, 0));
  }

  @Test
  void shouldKeepTheMostTrustedSpansWhereThereAreTooMany() {
    List<SpanMarking> marks =
        List.of(mark(0, 1, 1), mark(2, 3, 2), mark(4, 5, 3), mark(4, 5, 3), mark(6, 7, 4));

    assertThat(SpanBelief.of(marks, 2))
        .containsExactly(new SpanBelief(0, 1, 1), new SpanBelief(4, 5, 3));
  }

  @Test
  void shouldNotDependOnTheOrderOfMarks() {
    var random = new Random(3);
    List<SpanMarking> marks = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      int start = random.nextInt(5);
      int end = start + 1 + random.nextInt(5);
      int strength = random.nextInt(-FULL, FULL + 1);
      marks.add(new SpanMarking(start, end, strength, random.nextInt(FULL + 1)));
    }
    List<SpanBelief> expected = SpanBelief.of(marks, 8);

    for (int seed = 0; seed < 20; seed++) {
      Collections.shuffle(marks, new Random(seed));

      assertThat(SpanBelief.of(marks, 8)).isEqualTo(expected).hasSize(8);
    }
  }

  @Test
  void shouldRefuseAStrengthOffTheScale() {
    assertThatThrownBy(() -> mark(0, 1, 1_000_001))
        .hasMessage("strength must lie in -1000000 to 1000000 parts per million, but was 1000001");
  }

  private static SpanMarking mark(int startChar, int endChar, int strengthPpm) {
    return new SpanMarking(startChar, endChar, strengthPpm, FULL);
  }
}
