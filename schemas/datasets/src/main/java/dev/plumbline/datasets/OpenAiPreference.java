/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import static dev.plumbline.datasets.DatasetFormat.OPENAI_PREFERENCE;

import dev.plumbline.datasets.Content.Messages;
import dev.plumbline.datasets.Row.Pair;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * OpenAI's preference file: {@code input} with messages, tools and parallel_tool_calls, {@code
 * preferred_output}, {@code non_preferred_output}. {@code parallel_tool_calls} is an extra column
 * of the row; texts are written as messages.
 */
final class OpenAiPreference implements Layout {
  private static final String PARALLEL = "parallel_tool_calls";

  @Override
  public List<String> fields() {
    return List.of("input", "preferred_output", "non_preferred_output");
  }

  @Override
  public Row read(Columns row) {
    Columns input = row.object("input", "such as {\"messages\": [...], \"tools\": []}");
    Messages prompt = input.messages("messages");
    @Nullable List<Object> tools = input.tools();
    @Nullable Object parallel = input.has(PARALLEL) ? input.take(PARALLEL) : null;
    input.end();
    Messages preferred = row.messages("preferred_output");
    Messages other = row.messages("non_preferred_output");
    Extras extras = row.rest(tools);
    return new Pair(
        prompt, preferred, other, parallel == null ? extras : extras.with(PARALLEL, parallel));
  }

  @Override
  public SequencedMap<String, @Nullable Object> write(Row row) {
    Pair pair = Held.explicitPair(OPENAI_PREFERENCE, row);
    Map<String, @Nullable Object> input = new LinkedHashMap<>();
    input.put("messages", Held.plain(Held.promptMessages(OPENAI_PREFERENCE, pair.prompt())));
    Extras extras = pair.extras();
    if (extras.tools() != null) {
      input.put("tools", extras.tools());
    }
    if (extras.columns().containsKey(PARALLEL)) {
      input.put(PARALLEL, extras.columns().get(PARALLEL));
      extras = extras.without(PARALLEL);
    }
    return new WrittenRow()
        .with("input", input)
        .with("preferred_output", output("chosen", pair.chosen()))
        .with("non_preferred_output", output("rejected", pair.rejected()))
        .and(OPENAI_PREFERENCE, extras);
  }

  private static List<Object> output(String field, Content completion) {
    return Held.plain(List.of(Held.answer(OPENAI_PREFERENCE, field, completion)));
  }
}
