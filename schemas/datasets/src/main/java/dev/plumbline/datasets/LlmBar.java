/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import static dev.plumbline.datasets.DatasetFormat.LLMBAR;

import dev.plumbline.datasets.Content.Text;
import dev.plumbline.datasets.Row.Pair;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * LLMBar's layout: {@code input}, {@code output_1}, {@code output_2}, and {@code label}, the number
 * of the better output. Which of the two stood first is not kept: written rows have the better one
 * first. Texts only.
 */
final class LlmBar implements Layout {
  private static final String INPUT = "input";
  private static final String FIRST = "output_1";
  private static final String SECOND = "output_2";
  private static final String LABEL = "label";

  @Override
  public List<String> fields() {
    return List.of(INPUT, FIRST, SECOND, LABEL);
  }

  @Override
  public Row read(Columns row) {
    Text input = new Text(row.text(INPUT));
    Text first = new Text(row.text(FIRST));
    Text second = new Text(row.text(SECOND));
    Object label = row.take(LABEL);
    if (!label.equals(1L) && !label.equals(2L)) {
      throw new RowProblem(
          LABEL,
          "must be 1 or 2 (the better output), but was " + PlainJson.shown(label),
          "ties have no place in this format");
    }
    boolean firstIsBetter = label.equals(1L);
    return new Pair(
        input, firstIsBetter ? first : second, firstIsBetter ? second : first, row.rest(null));
  }

  @Override
  public SequencedMap<String, @Nullable Object> write(Row row) {
    Pair pair = Held.explicitPair(LLMBAR, row);
    Held.noTools(LLMBAR, pair.extras());
    return new WrittenRow()
        .with(INPUT, Held.textPrompt(Held.present(pair.prompt())).text())
        .with(FIRST, Held.answerText(LLMBAR, "chosen", pair.chosen()))
        .with(SECOND, Held.answerText(LLMBAR, "rejected", pair.rejected()))
        .with(LABEL, 1L)
        .and(LLMBAR, pair.extras());
  }
}
