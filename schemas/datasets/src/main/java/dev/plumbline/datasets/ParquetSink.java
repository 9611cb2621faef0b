/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import dev.plumbline.datasets.ColumnType.Struct;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/**
 * Rows as Parquet, with the types that Hugging Face's libraries give them: a message list is a list
 * of structs. Types show only when all rows are known, so rows wait as JSON lines in a file beside;
 * memory does not grow with their number.
 */
final class ParquetSink implements RowSink {
  private final Path file;
  private final Path waitingFile;
  private final JsonLineSink waiting;
  private ColumnType row = new Struct(new LinkedHashMap<>());

  private ParquetSink(Path file, Path waitingFile, JsonLineSink waiting) {
    this.file = file;
    this.waitingFile = waitingFile;
    this.waiting = waiting;
  }

  static ParquetSink create(Path file) throws IOException {
    Path waitingFile = file.resolveSibling(file.getFileName() + ".rows");
    return new ParquetSink(file, waitingFile, JsonLineSink.plain(waitingFile));
  }

  @Override
  public void write(Map<String, @Nullable Object> columns) throws IOException {
    row = row.and("", columns);
    waiting.write(columns);
  }

  @Override
  public void finish() throws IOException {
    waiting.finish();
    MessageType schema = ColumnType.schema(row);
    var groups = new SimpleGroupFactory(schema);
    try (RowSource rows = JsonLineSource.open(waitingFile);
        ParquetWriter<Group> out =
            ExampleParquetWriter.builder(new LocalOutputFile(file))
                .withConf(new PlainParquetConfiguration())
                .withType(schema)
                .withCompressionCodec(CompressionCodecName.ZSTD)
                .build()) {
      for (Optional<RawRow> row = rows.next(); row.isPresent(); row = rows.next()) {
        Group group = groups.newGroup();
        fill(group, Objects.requireNonNull(row.get().columns(), "rows that were written are read"));
        out.write(group);
      }
    }
  }

  @Override
  public void close() throws IOException {
    waiting.close();
    Files.deleteIfExists(waitingFile);
  }

  private static void fill(Group group, Map<?, ?> fields) {
    fields.forEach((name, value) -> add(group, String.valueOf(name), value));
  }

  private static void add(Group group, String field, @Nullable Object value) {
    switch (value) {
      case null -> {}
      case String text -> group.add(field, text);
      case Boolean flag -> group.add(field, flag);
      case Long whole when isReal(group, field) -> group.add(field, whole.doubleValue());
      case Long whole -> group.add(field, whole);
      case Double real -> group.add(field, real);
      case List<?> list -> addAll(group.addGroup(field), list);
      case Map<?, ?> map -> fill(group.addGroup(field), map);
      default -> throw new IllegalArgumentException(field + " is no plain data: " + value);
    }
  }

  /** A list is a group of repeated groups, each with at most one element. */
  private static void addAll(Group list, List<?> elements) {
    for (Object element : elements) {
      add(list.addGroup("list"), "element", element);
    }
  }

  private static boolean isReal(Group group, String field) {
    return group.getType().getType(field).asPrimitiveType().getPrimitiveTypeName()
        == PrimitiveTypeName.DOUBLE;
  }
}
