/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.events.AnnotatorKind;
import dev.plumbline.events.Answer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class PreferenceWriterTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void shouldReadBackWhatItWrote(PreferenceWriter.Format format) {
    Path file = folder.resolve("rows.jsonl.gz");

    try (var writer = PreferenceWriter.create(file, format)) {
      writer.write("r1", "Say \"hi\"\nnow", "Grüße 👋", "No.");
    }

    try (var reader = PreferenceReader.open(file, "demo")) {
      assertThat(reader.next())
          .contains(
              new PreferenceRow(
                  "r1",
                  1,
                  "Say \"hi\"\nnow",
                  "Grüße 👋",
                  "No.",
                  List.of(new Vote("demo-labeler", AnnotatorKind.HUMAN, Answer.A))));
      assertThat(reader.next()).isEmpty();
    }
  }
}
