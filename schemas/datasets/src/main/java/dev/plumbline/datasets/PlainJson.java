/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * JSON as plain data and back: texts, booleans, {@link Long}, {@link Double}, lists and maps in the
 * file's order. Numbers that neither type holds exactly are {@link BigInteger} and {@link
 * BigDecimal}, so that nothing is rounded.
 */
final class PlainJson {
  private static final int SHOWN_CHARS = 60;

  /** What the parser adds for its own developers. */
  private static final Pattern INTERNALS = Pattern.compile(" \\((start marker|of type).*");

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
          .build();

  private static final ObjectReader ELEMENT =
      JSON.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private PlainJson() {}

  /** Reads a row of a JSON lines file. */
  static SequencedMap<String, @Nullable Object> row(String line) {
    JsonNode node;
    try {
      node = JSON.readTree(line);
    } catch (JsonProcessingException e) {
      JsonLocation place = e.getLocation();
      throw new RowProblem(
          place == null ? "row" : "character " + place.getColumnNr(),
          "not JSON: " + complaint(e),
          line.strip().equals("[")
              ? "turn a JSON array into lines: jq -c '.[]' FILE"
              : "a row is one JSON object on one line");
    }
    if (!node.isObject()) {
      throw new RowProblem(
          "row",
          "must be a JSON object, but was " + shown(value("row", node)),
          node.isArray()
              ? "turn a JSON array into lines: jq -c '.[]' FILE"
              : "a row is one JSON object on one line");
    }
    return members("", node);
  }

  /** A parser of a whole file. */
  static JsonParser parser(InputStream in) throws IOException {
    return JSON.createParser(in);
  }

  /** Reads the element at which a parser of an array stands. */
  static RawRow element(int row, JsonParser parser) throws IOException {
    JsonNode node = ELEMENT.readTree(parser);
    return RawRow.read(
        row,
        () -> {
          if (!node.isObject()) {
            throw new RowProblem(
                "row",
                "must be a JSON object, but was " + shown(value("row", node)),
                "an element of the array is one row");
          }
          return members("", node);
        });
  }

  /** What the parser found wrong, without what it adds for its own developers. */
  static String complaint(JsonProcessingException problem) {
    return INTERNALS.matcher(problem.getOriginalMessage()).replaceFirst("");
  }

  /**
   * Reads a text that holds a JSON list.
   *
   * @return null where it is no such text
   */
  static @Nullable List<Object> list(String field, String json) {
    try {
      JsonNode node = JSON.readTree(json);
      return node.isArray() ? elements(field, node) : null;
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  /**
   * Reads a text that holds a JSON object.
   *
   * @return null where it is no such text
   */
  static @Nullable SequencedMap<String, @Nullable Object> object(String field, String json) {
    try {
      JsonNode node = JSON.readTree(json);
      return node.isObject() ? members(field, node) : null;
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  /** UTF-8 bytes of plain data. */
  static byte[] bytes(Object value) {
    try {
      return JSON.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("plain data has a JSON form: " + e.getMessage(), e);
    }
  }

  /** JSON text of plain data. */
  static String text(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("plain data has a JSON form: " + e.getMessage(), e);
    }
  }

  /** The beginning of a value's JSON text, for messages. */
  static String shown(@Nullable Object value) {
    String json = value == null ? "null" : text(value);
    return json.length() <= SHOWN_CHARS ? json : json.substring(0, SHOWN_CHARS) + "...";
  }

  private static @Nullable Object value(String path, JsonNode node) {
    return switch (node.getNodeType()) {
      case STRING -> wholeText(path, node.textValue());
      case BOOLEAN -> node.booleanValue();
      case NUMBER ->
          node.isIntegralNumber() ? integer(node.bigIntegerValue()) : real(node.decimalValue());
      case ARRAY -> elements(path, node);
      case OBJECT -> members(path, node);
      case NULL, MISSING -> null;
      case BINARY, POJO -> throw new IllegalStateException("parsed JSON has no " + node);
    };
  }

  private static List<Object> elements(String path, JsonNode array) {
    List<Object> list = new ArrayList<>(array.size());
    for (JsonNode element : array) {
      list.add(value(path + "[" + list.size() + "]", element));
    }
    return Collections.unmodifiableList(list);
  }

  private static SequencedMap<String, @Nullable Object> members(String path, JsonNode object) {
    SequencedMap<String, @Nullable Object> map = new LinkedHashMap<>();
    object
        .properties()
        .forEach(
            member -> {
              String name = path.isEmpty() ? member.getKey() : path + "." + member.getKey();
              map.put(wholeText(name, member.getKey()), value(name, member.getValue()));
            });
    return Collections.unmodifiableSequencedMap(map);
  }

  private static Object integer(BigInteger value) {
    return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
  }

  private static Object real(BigDecimal value) {
    double nearest = value.doubleValue();
    return Double.isFinite(nearest)
            && new BigDecimal(Double.toString(nearest)).compareTo(value) == 0
        ? (Object) nearest
        : value;
  }

  /** Half a surrogate pair has no UTF-8 form: written, it would become another text. */
  private static String wholeText(String path, String text) {
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      if (!Character.isSurrogate(unit)) {
        continue;
      }
      if (Character.isHighSurrogate(unit)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
        continue;
      }
      throw new RowProblem(
          path,
          "has half of a surrogate pair, \\u%04x, as character %d".formatted((int) unit, i + 1),
          "the text was cut within a character: leave the half out or give both halves");
    }
    return text;
  }
}
