/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;

/**
 * The Parquet type of a column, grown with each value seen in it. Every field is optional: an
 * absent one is null, and a null one is absent.
 */
sealed interface ColumnType {
  /** Every whole number up to this one is a DOUBLE: 2 to the power of 53. */
  long DOUBLE_WHOLE = 1L << 53;

  /** Nothing but null or empty lists so far. */
  record Unknown() implements ColumnType {}

  /** Values that have no parts. */
  enum Scalar implements ColumnType {
    TEXT,
    BOOLEAN,
    /** Whole numbers that a DOUBLE holds exactly. */
    WHOLE,
    /** Whole numbers, some of which only an INT64 holds exactly. */
    LONG_WHOLE,
    REAL;

    /** The type that holds values of both, or null. */
    private @Nullable Scalar with(Scalar other) {
      if (this == other || (other == WHOLE && isNumber())) {
        return this;
      }
      return this == WHOLE && other.isNumber() ? other : null;
    }

    private boolean isNumber() {
      return this != TEXT && this != BOOLEAN;
    }
  }

  /** Lists. */
  record Elements(ColumnType element) implements ColumnType {}

  /** Objects: all fields of all of them. */
  record Struct(SequencedMap<String, ColumnType> fields) implements ColumnType {}

  /**
   * The type of a column that also has this value.
   *
   * @throws RowProblem if no Parquet type holds both, or none holds the value as it is
   */
  default ColumnType and(String path, @Nullable Object value) {
    return switch (value) {
      case null ->
          throw new RowProblem(
              path,
              "is null: Parquet can't tell that from absent",
              "leave it out, or write JSON lines");
      case String text -> scalar(path, Scalar.TEXT, value);
      case Boolean flag -> scalar(path, Scalar.BOOLEAN, value);
      case Long whole ->
          scalar(path, Math.abs(whole) <= DOUBLE_WHOLE ? Scalar.WHOLE : Scalar.LONG_WHOLE, value);
      case Double real -> scalar(path, Scalar.REAL, value);
      case List<?> list -> elements(path, list);
      case Map<?, ?> map -> fields(path, map);
      case BigInteger number -> throw tooPrecise(path, value);
      case BigDecimal number -> throw tooPrecise(path, value);
      default -> throw new IllegalArgumentException(path + " is no plain data: " + value);
    };
  }

  /** The schema of rows with these columns. */
  static MessageType schema(ColumnType row) {
    if (!(row instanceof Struct struct)) {
      throw new IllegalArgumentException("rows are objects, but were " + row.described());
    }
    return new MessageType(
        "row",
        struct.fields().entrySet().stream()
            .map(field -> parquet(field.getKey(), field.getValue()))
            .toList());
  }

  private static Type parquet(String name, ColumnType type) {
    return switch (type) {
      case Unknown unknown -> parquet(name, Scalar.TEXT);
      case Scalar scalar ->
          switch (scalar) {
            case TEXT ->
                Types.optional(PrimitiveTypeName.BINARY)
                    .as(LogicalTypeAnnotation.stringType())
                    .named(name);
            case BOOLEAN -> Types.optional(PrimitiveTypeName.BOOLEAN).named(name);
            case WHOLE, LONG_WHOLE -> Types.optional(PrimitiveTypeName.INT64).named(name);
            case REAL -> Types.optional(PrimitiveTypeName.DOUBLE).named(name);
          };
      case Elements list ->
          Types.optionalList().element(parquet("element", list.element())).named(name);
      case Struct struct ->
          Types.optionalGroup()
              .addFields(
                  struct.fields().entrySet().stream()
                      .map(field -> parquet(field.getKey(), field.getValue()))
                      .toArray(Type[]::new))
              .named(name);
    };
  }

  private ColumnType scalar(String path, Scalar seen, Object value) {
    @Nullable Scalar both =
        switch (this) {
          case Unknown unknown -> seen;
          case Scalar known -> known.with(seen);
          case Elements other -> null;
          case Struct other -> null;
        };
    if (both == null) {
      throw mixed(path, value);
    }
    return both;
  }

  private ColumnType elements(String path, List<?> list) {
    ColumnType element =
        switch (this) {
          case Unknown unknown -> unknown;
          case Elements known -> known.element();
          case Scalar other -> throw mixed(path, list);
          case Struct other -> throw mixed(path, list);
        };
    for (int i = 0; i < list.size(); i++) {
      if (list.get(i) != null) {
        element = element.and(path + "[" + i + "]", list.get(i));
      }
    }
    return new Elements(element);
  }

  private ColumnType fields(String path, Map<?, ?> map) {
    SequencedMap<String, ColumnType> fields =
        switch (this) {
          case Unknown unknown -> new LinkedHashMap<>();
          case Struct known -> new LinkedHashMap<>(known.fields());
          case Scalar other -> throw mixed(path, map);
          case Elements other -> throw mixed(path, map);
        };
    if (map.isEmpty() && fields.isEmpty() && !path.isEmpty()) {
      throw new RowProblem(
          path,
          "is an empty object, {}, which has no Parquet type",
          "leave it out, or write JSON lines");
    }
    map.forEach(
        (name, value) -> {
          String field = String.valueOf(name);
          ColumnType known = fields.getOrDefault(field, new Unknown());
          fields.put(field, known.and(path.isEmpty() ? field : path + "." + field, value));
        });
    return new Struct(fields);
  }

  private static RowProblem tooPrecise(String path, Object value) {
    return new RowProblem(
        path,
        "is a number that neither INT64 nor DOUBLE holds exactly: " + value,
        "make it a text, or write JSON lines");
  }

  private RowProblem mixed(String path, Object value) {
    return new RowProblem(
        path,
        "is %s, but the rows before it have %s: a Parquet column has one type"
            .formatted(PlainJson.shown(value), described()),
        "give the column one type, or write JSON lines");
  }

  private String described() {
    return switch (this) {
      case Unknown unknown -> "nothing";
      case Scalar scalar ->
          switch (scalar) {
            case TEXT -> "texts";
            case BOOLEAN -> "booleans";
            case WHOLE, LONG_WHOLE -> "whole numbers";
            case REAL -> "real numbers";
          };
      case Elements list -> "lists";
      case Struct struct -> "objects";
    };
  }
}
