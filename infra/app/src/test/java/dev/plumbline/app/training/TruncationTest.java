/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.lm.text.PromptCompletion;
import dev.plumbline.lm.text.PromptCompletions;
import dev.plumbline.lm.text.TruncationMode;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TruncationTest {
  private static final PromptCompletions ENCODED =
      new PromptCompletions(
          new int[] {1, 2, 3, 4}, List.of(new int[] {5, 6, 7}, new int[] {8}), new int[0]);

  @Test
  void shouldLeaveWhatFits() {
    assertThat(cut(new Truncation(TruncationMode.KEEP_START, 7, null, null)))
        .containsExactly("1 2 3 4 | 5 6 7", "1 2 3 4 | 8");
  }

  @Test
  void shouldKeepTheEndOfPromptsAndTheStartOfCompletions() {
    assertThat(cut(new Truncation(TruncationMode.KEEP_START, 100, 2, 2)))
        .containsExactly("3 4 | 5 6", "3 4 | 8");
  }

  @Test
  void shouldCutWhatIsStillTooLongAtTheEndThatIsNotKept() {
    assertThat(cut(new Truncation(TruncationMode.KEEP_START, 4, 3, null)))
        .containsExactly("2 3 4 | 5", "2 3 4 | 8");
    assertThat(cut(new Truncation(TruncationMode.KEEP_END, 4, null, null)))
        .containsExactly("4 | 5 6 7", "2 3 4 | 8");
  }

  @Test
  void shouldLeaveNothingWhereThePromptFillsTheRow() {
    assertThat(cut(new Truncation(TruncationMode.KEEP_START, 4, null, null))).isEmpty();
  }

  private static List<String> cut(Truncation truncation) {
    return truncation.of(ENCODED).orElse(List.of()).stream().map(TruncationTest::shown).toList();
  }

  private static String shown(PromptCompletion one) {
    return shown(one.promptIds()) + " | " + shown(one.completionIds());
  }

  private static String shown(int[] ids) {
    return String.join(" ", Arrays.stream(ids).mapToObj(Integer::toString).toList());
  }
}
