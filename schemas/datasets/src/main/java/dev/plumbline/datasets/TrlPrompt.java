/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import static dev.plumbline.datasets.DatasetFormat.TRL_PROMPT;

import dev.plumbline.datasets.Row.PromptOnly;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** TRL's prompt-only type: {@code prompt}. */
final class TrlPrompt implements Layout {
  @Override
  public List<String> fields() {
    return List.of("prompt", "tools");
  }

  @Override
  public Row read(Columns row) {
    return new PromptOnly(row.content("prompt"), row.rest());
  }

  @Override
  public SequencedMap<String, @Nullable Object> write(Row row) {
    if (!(row instanceof PromptOnly prompt)) {
      throw Held.refused(TRL_PROMPT, row);
    }
    return new WrittenRow()
        .with("prompt", Held.plain(prompt.prompt()))
        .withTools(prompt.extras())
        .and(TRL_PROMPT, prompt.extras());
  }
}
