/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.lm.text.TokenizedText;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpanWeightTest {
  /** "no, never": four tokens, the comma its own. */
  private static final TokenizedText TEXT =
      new TokenizedText(new int[] {5, 6, 7, 8}, new int[] {0, 2, 4, 7}, new int[] {2, 3, 7, 9});

  @Test
  void shouldWeighEveryTokenThatASpanTouches() {
    assertThat(SpanWeight.perToken(TEXT, List.of())).containsExactly(1, 1, 1, 1);
    assertThat(SpanWeight.perToken(TEXT, List.of(new SpanWeight(0, 3, 0))))
        .containsExactly(0, 0, 1, 1);
    assertThat(
            SpanWeight.perToken(TEXT, List.of(new SpanWeight(6, 9, 2), new SpanWeight(8, 9, 0.25))))
        .containsExactly(1, 1, 2, 0.5);
  }

  @Test
  void shouldRefuseSpansWithoutChars() {
    assertThatThrownBy(() -> new SpanWeight(3, 3, 1))
        .hasMessage("a span must end after it starts, but was 3 to 3");
    assertThatThrownBy(() -> new SpanWeight(0, 3, -1))
        .hasMessage("factor must be at least 0, but was -1.0 (typical: 0 to 2)");
  }
}
