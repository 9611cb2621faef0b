/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file as judgements, one row at a time: the export of an annotation tool, or any
 * preference file that says what is better. Used by one thread.
 */
public final class JudgementReader implements AutoCloseable {
  private final DatasetReader rows;

  private JudgementReader(DatasetReader rows) {
    this.rows = rows;
  }

  /**
   * Opens a file.
   *
   * @param format its format; null where it shows in its first rows
   * @param scores for {@link DatasetFormat#LANGFUSE} the file with the scores of the file's traces
   *     or observations; null where these carry them
   * @throws DatasetException if one can't be opened
   */
  public static JudgementReader open(
      Path file, @Nullable DatasetFormat format, @Nullable Path scores) {
    return new JudgementReader(
        scores != null
            ? DatasetReader.openScored(file, scores)
            : format == null ? DatasetReader.open(file) : DatasetReader.open(file, format));
  }

  /**
   * Returns the next row, or empty at the end of the file.
   *
   * @throws DatasetException naming file, line, field, value and what was expected; unless it
   *     {@linkplain DatasetException#endsReading ends the reading}, the next call goes on with the
   *     row behind
   */
  public Optional<JudgedRow> next() {
    return rows.nextJudged();
  }

  /** Returns the line of what {@link #next} returned or threw last, from 1. */
  public int line() {
    return rows.line();
  }

  /** Returns the format, once the first row has been read. */
  public DatasetFormat format() {
    return rows.format();
  }

  @Override
  public void close() {
    rows.close();
  }
}
