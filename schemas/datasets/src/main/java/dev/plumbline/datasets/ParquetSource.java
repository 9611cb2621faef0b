/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.EnumLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.JsonLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.UnknownLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a Parquet file, one row group at a time in memory. Null fields are absent ones. Used by
 * one thread.
 */
final class ParquetSource implements RowSource {
  private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);

  private final Path file;
  private final ParquetFileReader reader;
  private final MessageType schema;
  private @Nullable RecordReader<Group> rows;
  private long left;
  private int line;

  private ParquetSource(Path file, ParquetFileReader reader) {
    this.file = file;
    this.reader = reader;
    this.schema = reader.getFileMetaData().getSchema();
  }

  /** Returns whether a file begins as Parquet files do; false where it can't be read. */
  static boolean isParquet(Path file) {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(file)) {
      return Arrays.equals(in.readNBytes(MAGIC.length), MAGIC);
    } catch (IOException e) {
      return false;
    }
  }

  static ParquetSource open(Path file) {
    try {
      ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(file));
      ParquetSource source = new ParquetSource(file, reader);
      source.schema.getFields().forEach(column -> source.requireReadable(column.getName(), column));
      return source;
    } catch (IOException | RuntimeException e) {
      // The library says what is wrong with a file by RuntimeException.
      throw e instanceof DatasetException known
          ? known
          : new DatasetException(file, 1, "can't be opened as Parquet: " + e.getMessage(), e);
    }
  }

  @Override
  public Optional<RawRow> next() {
    try {
      while (left == 0) {
        PageReadStore pages = reader.readNextRowGroup();
        if (pages == null) {
          return Optional.empty();
        }
        left = pages.getRowCount();
        rows =
            new ColumnIOFactory()
                .getColumnIO(schema)
                .getRecordReader(pages, new GroupRecordConverter(schema));
      }
      left--;
      line++;
      Group row = Objects.requireNonNull(rows, "a row group was read").read();
      return Optional.of(RawRow.read(line, () -> fields("", row)));
    } catch (IOException | RuntimeException e) {
      // The library says what is wrong with a file by RuntimeException.
      throw new DatasetException(file, line + 1, "can't be read: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try {
      reader.close();
    } catch (IOException e) {
      throw new DatasetException(file, line, "can't be closed: " + e.getMessage(), e);
    }
  }

  private void requireReadable(String path, Type type) {
    if (type.getLogicalTypeAnnotation() instanceof MapLogicalTypeAnnotation
        || (type.isPrimitive() && !isReadable(type.asPrimitiveType()))) {
      throw new DatasetException(
          file,
          1,
          "%s: has the Parquet type %s, which has no place in a row of texts, numbers, booleans, lists and structs; hint: make it a text first, or leave the column out"
              .formatted(path, type));
    }
    if (!type.isPrimitive()) {
      type.asGroupType()
          .getFields()
          .forEach(field -> requireReadable(path + "." + field.getName(), field));
    }
  }

  private static boolean isReadable(PrimitiveType type) {
    @Nullable LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    return switch (type.getPrimitiveTypeName()) {
      case BINARY ->
          logical instanceof StringLogicalTypeAnnotation
              || logical instanceof EnumLogicalTypeAnnotation
              || logical instanceof JsonLogicalTypeAnnotation;
      case INT32, INT64 ->
          logical == null
              || logical instanceof UnknownLogicalTypeAnnotation
              || (logical instanceof IntLogicalTypeAnnotation whole
                  && (whole.isSigned() || whole.getBitWidth() < Integer.SIZE));
      case BOOLEAN, FLOAT, DOUBLE -> logical == null;
      case INT96, FIXED_LEN_BYTE_ARRAY -> false;
    };
  }

  private static SequencedMap<String, @Nullable Object> fields(String path, Group group) {
    SequencedMap<String, @Nullable Object> fields = new LinkedHashMap<>();
    GroupType type = group.getType();
    for (int i = 0; i < type.getFieldCount(); i++) {
      Type field = type.getType(i);
      String name = path.isEmpty() ? field.getName() : path + "." + field.getName();
      if (field.isRepetition(Type.Repetition.REPEATED)) {
        fields.put(field.getName(), repeated(name, group, i));
      } else if (group.getFieldRepetitionCount(i) > 0) {
        fields.put(field.getName(), value(name, group, i, 0));
      }
    }
    return Collections.unmodifiableSequencedMap(fields);
  }

  private static Object value(String path, Group group, int field, int index) {
    Type type = group.getType().getType(field);
    if (type.isPrimitive()) {
      return primitive(path, group, field, index, type.asPrimitiveType());
    }
    Group nested = group.getGroup(field, index);
    return type.getLogicalTypeAnnotation() instanceof ListLogicalTypeAnnotation
        ? elements(path, nested)
        : fields(path, nested);
  }

  /**
   * A list is a group of one repeated field: a group of one element, or in old files the element.
   */
  private static List<Object> elements(String path, Group list) {
    Type repeated = list.getType().getType(0);
    boolean wrapped =
        !repeated.isPrimitive()
            && repeated.asGroupType().getFieldCount() == 1
            && !repeated.getName().equals("array");
    if (!wrapped) {
      return repeated(path, list, 0);
    }
    List<@Nullable Object> elements = new ArrayList<>();
    for (int i = 0; i < list.getFieldRepetitionCount(0); i++) {
      Group element = list.getGroup(0, i);
      elements.add(
          element.getFieldRepetitionCount(0) == 0
              ? null
              : value(path + "[" + i + "]", element, 0, 0));
    }
    return Collections.unmodifiableList(elements);
  }

  private static List<Object> repeated(String path, Group group, int field) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < group.getFieldRepetitionCount(field); i++) {
      values.add(value(path + "[" + i + "]", group, field, i));
    }
    return Collections.unmodifiableList(values);
  }

  private static Object primitive(
      String path, Group group, int field, int index, PrimitiveType type) {
    return switch (type.getPrimitiveTypeName()) {
      case BINARY -> group.getString(field, index);
      case BOOLEAN -> group.getBoolean(field, index);
      case INT32 -> (long) group.getInteger(field, index);
      case INT64 -> group.getLong(field, index);
      case FLOAT -> finite(path, Double.parseDouble(Float.toString(group.getFloat(field, index))));
      case DOUBLE -> finite(path, group.getDouble(field, index));
      case INT96, FIXED_LEN_BYTE_ARRAY -> throw new IllegalStateException(path + " was refused");
    };
  }

  private static double finite(String path, double value) {
    if (!Double.isFinite(value)) {
      throw new RowProblem(
          path, "must be a number, but was " + value, "null says that there is none");
    }
    return value;
  }
}
