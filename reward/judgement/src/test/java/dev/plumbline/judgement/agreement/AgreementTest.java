/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class AgreementTest {
  /** The example of Krippendorff (2011), section C: four observers, twelve units. */
  private static final List<int[]> EXAMPLE =
      List.of(
          new int[] {0, 0, 0},
          new int[] {1, 1, 2, 1},
          new int[] {2, 2, 2, 2},
          new int[] {2, 2, 2, 2},
          new int[] {1, 1, 1, 1},
          new int[] {0, 1, 2, 3},
          new int[] {3, 3, 3, 3},
          new int[] {0, 0, 1, 0},
          new int[] {1, 1, 1, 1},
          new int[] {4, 4, 4},
          new int[] {0, 0},
          new int[] {2});

  @Test
  void shouldGiveKrippendorffsPublishedAlphas() {
    assertThat(Krippendorff.NOMINAL.alpha(5, EXAMPLE)).isCloseTo(0.743, within(5e-4));
    assertThat(Krippendorff.ORDINAL.alpha(5, EXAMPLE)).isCloseTo(0.815, within(5e-4));
    assertThat(Krippendorff.INTERVAL.alpha(5, EXAMPLE)).isCloseTo(0.849, within(5e-4));
  }

  @Test
  void shouldGiveCohensKappa() {
    assertThat(Kappa.cohen(new long[][] {{20, 5}, {10, 15}})).isCloseTo(0.4, within(1e-12));
  }

  @Test
  void shouldGiveFleissKappa() {
    List<int[]> counts =
        List.of(
            new int[] {0, 0, 0, 0, 14},
            new int[] {0, 2, 6, 4, 2},
            new int[] {0, 0, 3, 5, 6},
            new int[] {0, 3, 9, 2, 0},
            new int[] {2, 2, 8, 1, 1},
            new int[] {7, 7, 0, 0, 0},
            new int[] {3, 2, 6, 3, 0},
            new int[] {2, 5, 3, 2, 2},
            new int[] {6, 5, 2, 1, 0},
            new int[] {0, 2, 2, 3, 7});
    assertThat(Kappa.fleiss(counts)).isCloseTo(0.210, within(5e-4));
  }

  @Test
  void shouldRefuseUnequalNumbersOfLabels() {
    assertThatThrownBy(() -> Kappa.fleiss(List.of(new int[] {2, 0}, new int[] {2, 1})))
        .hasMessage(
            "every item must have the same number of labels, at least 2, but one had 3, the first 2");
  }
}
