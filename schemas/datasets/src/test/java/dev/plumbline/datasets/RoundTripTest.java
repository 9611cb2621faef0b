/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import static dev.plumbline.datasets.DatasetFormat.ALPACA;
import static dev.plumbline.datasets.DatasetFormat.LLMBAR;
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
import java.util.List;
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

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("kinds")
  void shouldReadBackEveryRowFromJsonLines(
      DatasetFormat format, String name, Function<SeededRows, Row> kind) {
    assertRoundTrip(folder.resolve("rows.jsonl"), format, kind, rows(format));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("kinds")
  void shouldReadBackEveryRowFromParquet(
      DatasetFormat format, String name, Function<SeededRows, Row> kind) {
    assertRoundTrip(folder.resolve("rows.parquet"), format, kind, rows(format));
  }

  /** Ten thousand rows of each format; where it has two kinds of rows, half of each. */
  private static int rows(DatasetFormat format) {
    return kinds().filter(other -> other.get()[0] == format).count() > 1 ? 5_000 : 10_000;
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
        kind(NAMED_ANNOTATORS, "votes", SeededRows::votes),
        kind(LLMBAR, "pairs", SeededRows::toollessTextPair));
  }

  /** A file of one format, converted to another and back. */
  @ParameterizedTest(name = "{0} over {1}: {2}")
  @MethodSource("conversions")
  void shouldBringEveryRowBackFromAnotherFormat(
      DatasetFormat format, DatasetFormat other, String name, Function<SeededRows, Row> kind) {
    Path first = folder.resolve("first.jsonl");
    Path there = folder.resolve("there.jsonl");
    Path back = folder.resolve("back.jsonl");
    write(first, format, kind, 1_000);

    convert(first, there, other);
    convert(there, back, format);

    try (var expected = DatasetReader.open(first);
        var actual = DatasetReader.open(back)) {
      for (int i = 0; i < 1_000; i++) {
        assertThat(comparable(actual.next().orElseThrow()))
            .as("row %d", i + 1)
            .isEqualTo(comparable(expected.next().orElseThrow()));
      }
      assertThat(actual.next()).isEmpty();
      assertThat(actual.format()).isEqualTo(format);
    }
  }

  static Stream<Arguments> conversions() {
    List<DatasetFormat> pairs =
        List.of(TRL_PAIRWISE, OPENAI_PREFERENCE, ALPACA, SHAREGPT, MS_SWIFT, NEMO_RANKING);
    List<DatasetFormat> unpaired = List.of(TRL_UNPAIRED, ALPACA, SHAREGPT, MS_SWIFT);
    return Stream.concat(
        conversions(pairs, "pairs", SeededRows::plainPair),
        conversions(unpaired, "unpaired", SeededRows::plainUnpaired));
  }

  private static Stream<Arguments> conversions(
      List<DatasetFormat> formats, String name, Function<SeededRows, Row> kind) {
    return formats.stream()
        .flatMap(
            format ->
                formats.stream()
                    .filter(other -> other != format)
                    .map(
                        other ->
                            arguments(
                                format,
                                other,
                                name,
                                format == NEMO_RANKING || other == NEMO_RANKING
                                    ? kind.andThen(RoundTripTest::withoutTools)
                                    : kind)));
  }

  /** NeMo's rows have no place for tools. */
  private static Row withoutTools(Row row) {
    return row instanceof Row.Pair pair
        ? new Row.Pair(
            pair.prompt(),
            pair.chosen(),
            pair.rejected(),
            new Extras(null, pair.extras().columns()))
        : row;
  }

  private static void convert(Path from, Path to, DatasetFormat format) {
    try (var reader = DatasetReader.open(from);
        var writer = DatasetWriter.create(to, format)) {
      for (Optional<Row> row = reader.next(); row.isPresent(); row = reader.next()) {
        writer.write(row.get());
      }
      writer.commit();
    }
  }

  /** NeMo's pairs are rankings of two; Alpaca writes a prompt of one user's message as a text. */
  private static Row comparable(Row row) {
    return (row instanceof Row.Ranking ranking ? ranking.asPair().orElseThrow() : row).inMessages();
  }

  private static void assertRoundTrip(
      Path file, DatasetFormat format, Function<SeededRows, Row> kind, int rows) {
    write(file, format, kind, rows);

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

  private static void write(
      Path file, DatasetFormat format, Function<SeededRows, Row> kind, int rows) {
    SeededRows seeded = new SeededRows(SEED);
    try (var writer = DatasetWriter.create(file, format)) {
      for (int i = 0; i < rows; i++) {
        writer.write(kind.apply(seeded));
      }
      writer.commit();
    }
  }

  private static Arguments kind(DatasetFormat format, String name, Function<SeededRows, Row> rows) {
    return arguments(format, name, rows);
  }
}
