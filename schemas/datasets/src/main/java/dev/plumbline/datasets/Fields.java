/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** Reads the fields of a row and says precisely what is wrong with one. */
final class Fields {
  private static final int SHOWN_CHARS = 60;

  private Fields() {}

  /** The field's value. */
  static JsonNode required(String place, JsonNode object, String field) {
    @Nullable JsonNode value = object.get(field);
    if (value == null) {
      throw new RowProblem(
          "%s is missing, but was expected in %s".formatted(path(place, field), shown(object)));
    }
    return value;
  }

  /** The field's text. */
  static String text(String place, JsonNode object, String field) {
    return text(path(place, field), required(place, object, field));
  }

  /** A text; a number or boolean, which some exporters make of short answers, is its JSON form. */
  static String text(String path, JsonNode value) {
    if (!value.isTextual() && !value.isNumber() && !value.isBoolean()) {
      throw new RowProblem("%s must be a text, but was %s".formatted(path, shown(value)));
    }
    return value.asText();
  }

  static String shown(JsonNode value) {
    String json = value.toString();
    return json.length() <= SHOWN_CHARS ? json : json.substring(0, SHOWN_CHARS) + "...";
  }

  private static String path(String place, String field) {
    return place.isEmpty() ? field : place + "." + field;
  }
}
