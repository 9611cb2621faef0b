/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import static dev.plumbline.datasets.DatasetFormat.ALPACA;

import dev.plumbline.datasets.Row.Pair;
import dev.plumbline.datasets.Row.Unpaired;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * LLaMA-Factory's Alpaca rows: a prompt as {@link AlpacaPrompt} says, with {@code chosen} and
 * {@code rejected} (ranking), or {@code output} and {@code kto_tag}. All are texts.
 */
final class Alpaca implements Layout {
  @Override
  public List<String> fields() {
    return List.of(
        "instruction",
        "input",
        "system",
        "history",
        "chosen",
        "rejected",
        "output",
        "kto_tag",
        "tools");
  }

  @Override
  public Row read(Columns row) {
    Content prompt = AlpacaPrompt.read(row);
    if (row.has("kto_tag")) {
      return new Unpaired(
          prompt,
          AlpacaPrompt.completion(prompt, row.text("output")),
          row.flag("kto_tag"),
          row.rest());
    }
    return new Pair(
        prompt,
        AlpacaPrompt.completion(prompt, row.text("chosen")),
        AlpacaPrompt.completion(prompt, row.text("rejected")),
        row.rest());
  }

  @Override
  public SequencedMap<String, @Nullable Object> write(Row row) {
    if (row instanceof Unpaired unpaired) {
      Extras extras = unpaired.extras();
      return AlpacaPrompt.write(unpaired.prompt(), extras)
          .with("output", Held.answerText(ALPACA, "completion", unpaired.completion()))
          .with("kto_tag", unpaired.label())
          .withToolsText(extras)
          .and(ALPACA, extras.without("input"));
    }
    Pair pair = Held.explicitPair(ALPACA, row);
    return AlpacaPrompt.write(pair.prompt(), pair.extras())
        .with("chosen", Held.answerText(ALPACA, "chosen", pair.chosen()))
        .with("rejected", Held.answerText(ALPACA, "rejected", pair.rejected()))
        .withToolsText(pair.extras())
        .and(ALPACA, pair.extras().without("input"));
  }
}
