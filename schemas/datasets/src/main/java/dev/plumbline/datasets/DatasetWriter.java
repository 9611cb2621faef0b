/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import dev.plumbline.datasets.Row.Unpaired;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a preference file: JSON lines, gzip or Parquet, as its name ends ({@code .jsonl}, {@code
 * .jsonl.gz}, {@code .parquet}). The file appears whole, with {@link #commit}, or not at all. Used
 * by one thread.
 */
public final class DatasetWriter implements AutoCloseable {
  private final Path file;
  private final Path partial;
  private final DatasetFormat format;
  private final Container container;
  private final RowSink sink;
  private final boolean replace;
  private @Nullable String kind;

  private DatasetWriter(Path file, DatasetFormat format, Container container, boolean replace)
      throws IOException {
    this.file = file;
    this.partial = file.resolveSibling("." + file.getFileName() + ".partial");
    this.format = format;
    this.container = container;
    this.replace = replace;
    this.sink = container.create(partial);
  }

  /**
   * Begins a file that must not exist.
   *
   * @throws IllegalArgumentException if the name says neither JSON lines nor Parquet, or the format
   *     is only read
   * @throws UncheckedIOException if it exists or can't be created
   */
  public static DatasetWriter create(Path file, DatasetFormat format) {
    if (Files.exists(file)) {
      throw new UncheckedIOException(
          new FileAlreadyExistsException("the file " + file + " exists and is not overwritten"));
    }
    return begin(file, format, false);
  }

  /**
   * Begins a file that takes the place of one that may exist.
   *
   * @throws IllegalArgumentException if the name says neither JSON lines nor Parquet, or the format
   *     is only read
   * @throws UncheckedIOException if it can't be created
   */
  public static DatasetWriter replace(Path file, DatasetFormat format) {
    return begin(file, format, true);
  }

  /**
   * Writes a row.
   *
   * @throws RowProblem naming what the format or the container can't hold; nothing of the row is
   *     written
   */
  public void write(Row row) {
    Map<String, @Nullable Object> written = new LinkedHashMap<>(format.layout().write(row));
    requireOneKind(row);
    if (container == Container.PARQUET && written.get("tools") instanceof List<?> tools) {
      // JSON schemas differ in their keys; as one Parquet type each would get all keys of all.
      written.put("tools", PlainJson.text(tools));
    }
    try {
      sink.write(written);
    } catch (IOException e) {
      throw new UncheckedIOException("preference file " + file + " can't be written", e);
    }
  }

  /** Completes the file and gives it its name. */
  public void commit() {
    try {
      sink.finish();
      if (replace) {
        Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
      } else {
        Files.move(partial, file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("preference file " + file + " can't be completed", e);
    }
  }

  /** Leaves nothing behind of a file that was not committed. */
  @Override
  public void close() {
    try {
      sink.close();
      Files.deleteIfExists(partial);
    } catch (IOException e) {
      throw new UncheckedIOException("preference file " + file + " can't be closed", e);
    }
  }

  private static DatasetWriter begin(Path file, DatasetFormat format, boolean replace) {
    if (!format.isWritten()) {
      throw new IllegalArgumentException(
          format + " is the export of an annotation tool: it is read, never written");
    }
    Container container =
        Container.of(file)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "the name of a preference file must end in .jsonl, .jsonl.gz or .parquet, but was "
                            + file.getFileName()));
    try {
      return new DatasetWriter(file, format, container, replace);
    } catch (IOException e) {
      throw new UncheckedIOException("preference file " + file + " can't be created: " + e, e);
    }
  }

  /** Readers of a file expect the columns of its first row in every other. */
  private void requireOneKind(Row row) {
    String own = row instanceof Unpaired ? row.kind() : "a comparison";
    if (kind == null) {
      kind = own;
    }
    if (!kind.equals(own)) {
      throw new RowProblem(
          "row",
          "is %s, but the rows before it are of another kind (%s)".formatted(row.kind(), kind),
          "convert each kind into a file of its own");
    }
  }
}
