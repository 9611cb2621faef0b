/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.base.settings.NearestName;
import dev.plumbline.events.Limits;
import dev.plumbline.gateway.dialect.Refusal.Code;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one JSON object, asked for one by one by name. What was never asked for is unknown;
 * {@link #refuseOthers} says so. A field that is null counts as absent.
 */
final class Fields {
  private static final int SHOWN_CHARS = 80;
  private static final int MAX_ELEMENTS = Limits.MAX_TOKENS;

  private final JsonNode object;
  private final String path;
  private final Set<String> asked = new LinkedHashSet<>();

  private Fields(JsonNode object, String path) {
    this.object = object;
    this.path = path;
  }

  /**
   * Returns the fields of {@code node}.
   *
   * @param path what leads to the object, for messages; empty for the outermost
   */
  static Fields of(JsonNode node, String path) {
    if (!node.isObject()) {
      throw wrongType(path.isEmpty() ? "the body" : path, node, "an object");
    }
    return new Fields(node, path);
  }

  /** Returns the field's name with what leads to it. */
  String path(String name) {
    return path.isEmpty() ? name : path + '.' + name;
  }

  boolean has(String name) {
    return find(name) != null;
  }

  /** Returns the required field as {@code reader} reads it from its value and path. */
  <T> T require(String name, BiFunction<JsonNode, String, T> reader) {
    @Nullable JsonNode value = find(name);
    if (value == null) {
      throw missing(name);
    }
    return reader.apply(value, path(name));
  }

  String text(String name) {
    return require(name, Fields::asText);
  }

  String id(String name) {
    return require(name, Fields::asId);
  }

  String id(String name, String otherwise) {
    return has(name) ? id(name) : otherwise;
  }

  @Nullable String optionalId(String name) {
    return has(name) ? id(name) : null;
  }

  int integer(String name) {
    return require(name, Fields::asInteger);
  }

  @Nullable Integer optionalInteger(String name) {
    return has(name) ? integer(name) : null;
  }

  double number(String name) {
    return require(name, Fields::asNumber);
  }

  boolean flag(String name, boolean otherwise) {
    return has(name) ? require(name, Fields::asFlag) : otherwise;
  }

  @Nullable Instant optionalInstant(String name) {
    return has(name) ? require(name, Fields::asInstant) : null;
  }

  <E extends Enum<E>> E oneOf(String name, Class<E> constants) {
    String text = text(name);
    return Stream.of(constants.getEnumConstants())
        .filter(constant -> Json.name(constant).equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                unknownName(
                    Code.INVALID_VALUE,
                    name,
                    text,
                    Stream.of(constants.getEnumConstants()).map(Json::name).toList()));
  }

  /** Returns the elements of a required array. */
  <T> List<T> list(String name, BiFunction<JsonNode, String, T> element) {
    return require(name, (node, at) -> asList(node, at, element));
  }

  /** Returns the elements of an array, or none where the field is absent. */
  <T> List<T> optionalList(String name, BiFunction<JsonNode, String, T> element) {
    return has(name) ? list(name, element) : List.of();
  }

  /**
   * Returns what {@code reader} makes of the nested object, all of whose fields it must ask for.
   */
  <T> T nested(String name, Function<Fields, T> reader) {
    return require(name, (node, at) -> whole(node, at, reader));
  }

  /** Reads an object of which every field must be asked for. */
  static <T> T whole(JsonNode node, String path, Function<Fields, T> reader) {
    Fields fields = of(node, path);
    T result;
    try {
      result = reader.apply(fields);
    } catch (IllegalArgumentException e) {
      throw new RefusedException(
          new Refusal(
              Code.INVALID_VALUE,
              path.isEmpty() ? e.getMessage() : path + ": " + e.getMessage(),
              path.isEmpty() ? null : path,
              null,
              null));
    }
    fields.refuseOthers();
    return result;
  }

  private void refuseOthers() {
    for (String name : present()) {
      if (!asked.contains(name)) {
        String known = String.join(", ", asked);
        throw new RefusedException(
            new Refusal(
                Code.UNKNOWN_FIELD,
                "unknown field '%s'%s; known here: %s"
                    .formatted(path(name), meant(name, asked), known),
                path(name),
                shown(object.get(name)),
                known));
      }
    }
  }

  RefusedException missing(String name) {
    List<String> strangers = present().stream().filter(other -> !asked.contains(other)).toList();
    String instead =
        NearestName.of(name, strangers)
            .map(stranger -> " (is it meant by '%s'?)".formatted(path(stranger)))
            .orElse("");
    return new RefusedException(
        new Refusal(
            Code.MISSING_FIELD,
            "'%s' is missing%s".formatted(path(name), instead),
            path(name),
            null,
            null));
  }

  /** Returns the refusal of a name that is none of {@code known}. */
  RefusedException unknownName(Code code, String name, String value, List<String> known) {
    String expected = "one of " + String.join(", ", known);
    return new RefusedException(
        new Refusal(
            code,
            "'%s' must be %s, but was \"%s\"%s"
                .formatted(path(name), expected, shortened(value), meant(value, known)),
            path(name),
            shortened(value),
            expected));
  }

  /** Returns the refusal of a field's value that has the right type. */
  RefusedException invalid(String name, String expected) {
    @Nullable JsonNode value = find(name);
    return invalid(path(name), value == null ? "absent" : shown(value), expected);
  }

  static RefusedException invalid(String field, String value, String expected) {
    return new RefusedException(
        new Refusal(
            Code.INVALID_VALUE,
            "'%s' must be %s, but was %s".formatted(field, expected, value),
            field,
            value,
            expected));
  }

  static RefusedException wrongType(String field, JsonNode value, String expected) {
    return new RefusedException(
        new Refusal(
            Code.WRONG_TYPE,
            "'%s' must be %s, but was %s".formatted(field, expected, shown(value)),
            field,
            shown(value),
            expected));
  }

  static String asText(JsonNode node, String at) {
    if (!node.isTextual()) {
      throw wrongType(at, node, "a text");
    }
    return node.textValue();
  }

  static String asId(JsonNode node, String at) {
    String id = asText(node, at);
    if (id.isBlank() || id.length() > Limits.MAX_ID_CHARS) {
      throw invalid(
          at,
          "%s (%d characters)".formatted(shown(node), id.length()),
          "1 to %d characters and not blank".formatted(Limits.MAX_ID_CHARS));
    }
    return id;
  }

  static int asInteger(JsonNode node, String at) {
    if (!node.isIntegralNumber() || !node.canConvertToInt()) {
      throw wrongType(at, node, "a whole number of at most 32 bits");
    }
    return node.intValue();
  }

  static double asNumber(JsonNode node, String at) {
    if (!node.isNumber() || !Double.isFinite(node.doubleValue())) {
      throw wrongType(at, node, "a finite number");
    }
    return node.doubleValue();
  }

  private static boolean asFlag(JsonNode node, String at) {
    if (!node.isBoolean()) {
      throw wrongType(at, node, "true or false");
    }
    return node.booleanValue();
  }

  private static Instant asInstant(JsonNode node, String at) {
    try {
      return OffsetDateTime.parse(asText(node, at)).toInstant().truncatedTo(ChronoUnit.MICROS);
    } catch (DateTimeException e) {
      throw invalid(at, shown(node), "a time in ISO 8601 with an offset (2026-05-01T12:00:00Z)");
    }
  }

  static <T> List<T> asList(JsonNode node, String at, BiFunction<JsonNode, String, T> element) {
    if (!node.isArray()) {
      throw wrongType(at, node, "an array");
    }
    if (node.size() > MAX_ELEMENTS) {
      throw invalid(
          at,
          "of %d elements".formatted(node.size()),
          "at most %d elements".formatted(MAX_ELEMENTS));
    }
    List<T> elements = new ArrayList<>(node.size());
    for (int i = 0; i < node.size(); i++) {
      elements.add(element.apply(node.get(i), "%s[%d]".formatted(at, i)));
    }
    return elements;
  }

  private @Nullable JsonNode find(String name) {
    asked.add(name);
    @Nullable JsonNode value = object.get(name);
    return value == null || value.isNull() ? null : value;
  }

  private List<String> present() {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static String meant(String name, Iterable<String> known) {
    List<String> names = new ArrayList<>();
    known.forEach(names::add);
    return NearestName.of(name, names)
        .map(nearest -> " (did you mean '%s'?)".formatted(nearest))
        .orElse("");
  }

  private static String shown(JsonNode value) {
    return shortened(value.toString());
  }

  private static String shortened(String text) {
    return text.length() <= SHOWN_CHARS ? text : text.substring(0, SHOWN_CHARS) + "...";
  }
}
