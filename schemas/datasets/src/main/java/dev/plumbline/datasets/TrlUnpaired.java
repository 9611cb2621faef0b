/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import static dev.plumbline.datasets.DatasetFormat.TRL_UNPAIRED;

import dev.plumbline.datasets.Row.Unpaired;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** TRL's unpaired preference type: {@code prompt}, {@code completion}, {@code label}. */
final class TrlUnpaired implements Layout {
  @Override
  public List<String> fields() {
    return List.of("prompt", "completion", "label", "tools");
  }

  @Override
  public Row read(Columns row) {
    return new Unpaired(
        row.content("prompt"), row.content("completion"), row.flag("label"), row.rest());
  }

  @Override
  public SequencedMap<String, @Nullable Object> write(Row row) {
    if (!(row instanceof Unpaired unpaired)) {
      throw Held.refused(TRL_UNPAIRED, row);
    }
    return new WrittenRow()
        .with("prompt", Held.plain(unpaired.prompt()))
        .with("completion", Held.plain(unpaired.completion()))
        .with("label", unpaired.label())
        .withTools(unpaired.extras())
        .and(TRL_UNPAIRED, unpaired.extras());
  }
}
