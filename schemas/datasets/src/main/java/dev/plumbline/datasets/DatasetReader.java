/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rows of a preference file, one at a time; memory does not grow with the file. The file
 * is Parquet, JSON lines or a JSON array, plain or gzip, told by its first bytes. Its format shows
 * in its first rows, unless it is named. Used by one thread.
 */
public final class DatasetReader implements AutoCloseable {
  private static final int FIRST_ROWS = 16;

  private final Path file;
  private final RowSource source;
  private final Deque<RawRow> ahead = new ArrayDeque<>();
  private @Nullable DatasetFormat format;
  private int line;

  private DatasetReader(Path file, @Nullable DatasetFormat format, RowSource source) {
    this.file = file;
    this.format = format;
    this.source = source;
  }

  /**
   * Opens a file whose format shows in its first rows.
   *
   * @throws DatasetException if it can't be opened
   */
  public static DatasetReader open(Path file) {
    return new DatasetReader(file, null, source(file));
  }

  /**
   * Opens a file of a known format.
   *
   * @throws DatasetException if it can't be opened
   */
  public static DatasetReader open(Path file, DatasetFormat format) {
    return new DatasetReader(file, format, source(file));
  }

  /** Opens Langfuse's traces or observations, whose scores are in another file. */
  static DatasetReader openScored(Path file, Path scores) {
    try (RowSource said = source(scores)) {
      RowSource texts = source(file);
      try {
        return new DatasetReader(
            file, DatasetFormat.LANGFUSE, LangfuseJoin.open(texts, scores, said));
      } catch (RuntimeException e) {
        texts.close();
        throw e;
      }
    }
  }

  private static RowSource source(Path file) {
    return ParquetSource.isParquet(file) ? ParquetSource.open(file) : JsonLineSource.open(file);
  }

  /**
   * Returns the next row, or empty at the end of the file.
   *
   * @throws DatasetException naming file, line, field, value and what was expected; unless it
   *     {@linkplain DatasetException#endsReading ends the reading}, the next call goes on with the
   *     row behind
   */
  public Optional<Row> next() {
    return nextRaw().map(raw -> read(raw, (known, columns) -> known.layout().read(columns)));
  }

  /** The next row with all that annotators said of it. */
  Optional<JudgedRow> nextJudged() {
    return nextRaw().map(raw -> read(raw, this::judged));
  }

  private JudgedRow judged(DatasetFormat known, Columns columns) {
    String place = "line-" + line;
    if (known.layout() instanceof ExportedRows exported) {
      JudgedRow row = exported.export().judged(columns);
      return row.id().isEmpty() ? row.withId(place) : row;
    }
    String id = columns.has("id") ? columns.shownId("id", place) : columns.shownId("idx", place);
    return JudgedRow.of(id, known.layout().read(columns));
  }

  private Optional<RawRow> nextRaw() {
    if (format == null) {
      lookAhead();
    }
    return ahead.isEmpty() ? source.next() : Optional.of(ahead.remove());
  }

  /** Returns the line, or Parquet row, of what {@link #next} returned or threw last, from 1. */
  public int line() {
    return line;
  }

  /**
   * Returns the format, once the first row has been read.
   *
   * @throws NoSuchElementException before that
   */
  public DatasetFormat format() {
    if (format == null) {
      throw new NoSuchElementException("the format of " + file + " shows in its first row");
    }
    return format;
  }

  /** A problem with the row that {@link #next} returned last, with its place. */
  public DatasetException at(RowProblem problem) {
    return new DatasetException(file, line, problem);
  }

  @Override
  public void close() {
    source.close();
  }

  private void lookAhead() {
    while (format == null && ahead.size() < FIRST_ROWS) {
      Optional<RawRow> raw = source.next();
      if (raw.isEmpty()) {
        return;
      }
      ahead.add(raw.get());
      if (raw.get().columns() != null) {
        format = DatasetFormat.detect(raw.get().columns()).orElse(null);
      }
    }
  }

  private <T> T read(RawRow raw, BiFunction<DatasetFormat, Columns, T> reading) {
    line = raw.line();
    if (raw.columns() == null) {
      throw at(raw.problem() == null ? unreadable() : raw.problem());
    }
    if (format == null) {
      throw new DatasetException(
          file,
          line,
          "no known format has the keys %s; known are %s"
              .formatted(String.join(", ", raw.columns().keySet()), DatasetFormat.expectations()));
    }
    try {
      return reading.apply(format, Columns.of(raw.columns()));
    } catch (RowProblem problem) {
      throw at(hinted(problem, format, raw.columns()));
    }
  }

  /** A row that has all columns of another format is probably of that one; most have a prompt. */
  private static RowProblem hinted(
      RowProblem problem, DatasetFormat format, Map<String, @Nullable Object> columns) {
    return DatasetFormat.detect(columns)
        .filter(other -> other != format && other != DatasetFormat.TRL_PROMPT)
        .filter(other -> problem.problem().equals("is missing"))
        .map(
            other ->
                problem.withHint(
                    "the row looks like %s, but the file is read as %s".formatted(other, format)))
        .orElse(problem);
  }

  private static RowProblem unreadable() {
    return new RowProblem("row", "can't be read", "see the rows before it");
  }
}
