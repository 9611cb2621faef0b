/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import static dev.plumbline.datasets.DatasetFormat.ALPACA;
import static dev.plumbline.datasets.DatasetFormat.MS_SWIFT;
import static dev.plumbline.datasets.DatasetFormat.NAMED_ANNOTATORS;
import static dev.plumbline.datasets.DatasetFormat.NEMO_RANKING;
import static dev.plumbline.datasets.DatasetFormat.OPENAI_PREFERENCE;
import static dev.plumbline.datasets.DatasetFormat.SHAREGPT;
import static dev.plumbline.datasets.DatasetFormat.TRL_PAIRWISE;
import static dev.plumbline.datasets.DatasetFormat.TRL_PROMPT;
import static dev.plumbline.datasets.DatasetFormat.TRL_STEPWISE;
import static dev.plumbline.datasets.DatasetFormat.TRL_UNPAIRED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows written to a file and read from it again, the format told from the file. */
final class RoundTripTest {
  private static final long SEED = 20_261_121;

  @TempDir Path folder;

  /** Ten thousand rows of each format; where it has two kinds of rows, half of each. */
  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("kinds")
  void shouldReadBackEveryRowFromJsonLines(
      DatasetFormat format, String name, Function<SeededRows, Row> kind) {
    int rows = kinds().filter(other -> other.get()[0] == format).count() > 1 ? 5_000 : 10_000;
    assertRoundTrip(folder.resolve("rows.jsonl"), format, kind, rows);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("kinds")
  void shouldReadBackEveryRowFromParquet(
      DatasetFormat format, String name, Function<SeededRows, Row> kind) {
    int rows = format == TRL_PAIRWISE ? 5_000 : 500;
    assertRoundTrip(folder.resolve("rows.parquet"), format, kind, rows);
  }

  static Stream<Arguments> kinds() {
    return Stream.of(
        kind(TRL_PAIRWISE, "texts", SeededRows::textPair),
        kind(TRL_PAIRWISE, "messages", SeededRows::messagePair),
        kind(TRL_UNPAIRED, "texts", SeededRows::textUnpaired),
        kind(TRL_UNPAIRED, "messages", SeededRows::plainUnpaired),
        kind(TRL_PROMPT, "texts", SeededRows::textPrompt),
        kind(TRL_PROMPT, "messages", SeededRows::messagePrompt),
        kind(TRL_STEPWISE, "steps", SeededRows::steps),
        kind(OPENAI_PREFERENCE, "pairs", SeededRows::plainPair),
        kind(ALPACA, "pairs", SeededRows::plainPair),
        kind(ALPACA, "unpaired", SeededRows::plainUnpaired),
        kind(SHAREGPT, "pairs", SeededRows::plainPair),
        kind(SHAREGPT, "unpaired", SeededRows::plainUnpaired),
        kind(MS_SWIFT, "pairs", SeededRows::plainPair),
        kind(MS_SWIFT, "unpaired", SeededRows::plainUnpaired),
        kind(NEMO_RANKING, "rankings", SeededRows::ranking),
        kind(NAMED_ANNOTATORS, "votes", SeededRows::votes));
  }

  private static void assertRoundTrip(
      Path file, DatasetFormat format, Function<SeededRows, Row> kind, int rows) {
    SeededRows written = new SeededRows(SEED);
    try (var writer = DatasetWriter.create(file, format)) {
      for (int i = 0; i < rows; i++) {
        writer.write(kind.apply(written));
      }
      writer.commit();
    }

    SeededRows expected = new SeededRows(SEED);
    try (var reader = DatasetReader.open(file)) {
      for (int i = 0; i < rows; i++) {
        Optional<Row> row = reader.next();
        assertThat(row).isPresent();
        Row original = kind.apply(expected);
        // Alpaca writes a prompt of one user's message as a text.
        assertThat(format == ALPACA ? row.get().inMessages() : row.get())
            .as("row %d", i + 1)
            .isEqualTo(original);
      }
      assertThat(reader.next()).isEmpty();
      assertThat(reader.format()).isEqualTo(format);
    }
  }

  private static Arguments kind(DatasetFormat format, String name, Function<SeededRows, Row> rows) {
    return arguments(format, name, rows);
  }
}
