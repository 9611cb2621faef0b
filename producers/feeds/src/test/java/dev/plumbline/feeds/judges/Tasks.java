/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges;

import dev.plumbline.base.settings.Settings;
import dev.plumbline.base.settings.SettingsSource;
import dev.plumbline.events.Bytes;
import dev.plumbline.feeds.judges.Judgeable.Origin;
import dev.plumbline.feeds.judges.Judgeable.Shown;
import java.util.List;
import java.util.stream.IntStream;

/** Tasks that several tests speak of. */
final class Tasks {
  static final Origin ORIGIN = new Origin(1, 7, Bytes.of(new byte[] {1, 2, 3}));

  private Tasks() {}

  /** A task whose candidates are c0, c1, ... */
  static Judgeable task(String... texts) {
    return new Judgeable(
        "task",
        "item",
        "overall",
        "the prompt",
        IntStream.range(0, texts.length)
            .mapToObj(i -> new Shown("c" + i, texts[i], List.of()))
            .toList(),
        ORIGIN);
  }

  static JudgeSettings settings(String... assignments) {
    return Settings.bind(JudgeSettings.class, SettingsSource.empty().with(List.of(assignments)));
  }
}
