/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import static dev.plumbline.datasets.DatasetFormat.TRL_PAIRWISE;

import dev.plumbline.datasets.Row.Pair;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** TRL's preference type: {@code prompt} (may be implicit), {@code chosen}, {@code rejected}. */
final class TrlPairwise implements Layout {
  @Override
  public List<String> fields() {
    return List.of("prompt", "chosen", "rejected", "tools");
  }

  @Override
  public Row read(Columns row) {
    @Nullable Content prompt = row.has("prompt") ? row.content("prompt") : null;
    return new Pair(prompt, row.content("chosen"), row.content("rejected"), row.rest());
  }

  @Override
  public SequencedMap<String, @Nullable Object> write(Row row) {
    Pair pair = Held.pair(TRL_PAIRWISE, row);
    WrittenRow written = new WrittenRow();
    if (pair.prompt() != null) {
      written.with("prompt", Held.plain(pair.prompt()));
    }
    return written
        .with("chosen", Held.plain(pair.chosen()))
        .with("rejected", Held.plain(pair.rejected()))
        .withTools(pair.extras())
        .and(TRL_PAIRWISE, pair.extras());
  }
}
