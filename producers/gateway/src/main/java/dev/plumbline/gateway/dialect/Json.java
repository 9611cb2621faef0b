/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway.dialect;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.EnumNamingStrategies;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import dev.plumbline.events.Bytes;
import dev.plumbline.events.PolicyVersion;
import dev.plumbline.events.PolicyVersionId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Locale;

/**
 * JSON text to trees and records to JSON text: names in snake case, instants in ISO 8601, constants
 * in lower case, absent values left out.
 */
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enumNamingStrategy(EnumNamingStrategies.SNAKE_CASE)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
          .addModule(
              new SimpleModule()
                  .addSerializer(Instant.class, ToStringSerializer.instance)
                  .addSerializer(PolicyVersionId.class, ToStringSerializer.instance))
          .addMixIn(PolicyVersion.ConsumedRange.class, ForReaders.class)
          .build();

  /** What is for the index of lineages alone; Jackson reads it. */
  @SuppressWarnings("UnusedMethod")
  private interface ForReaders {
    @JsonIgnore
    Bytes learnedOffsets();
  }

  private Json() {}

  /**
   * Reads one JSON text.
   *
   * @throws RefusedException if it is none, with the place
   */
  public static JsonNode read(byte[] body) {
    try {
      JsonNode node = MAPPER.readTree(body);
      if (node.isMissingNode()) {
        throw new RefusedException(
            Refusal.of(Refusal.Code.NOT_JSON, "the body is empty; expected a JSON text"));
      }
      return node;
    } catch (JsonProcessingException e) {
      throw new RefusedException(
          Refusal.of(
              Refusal.Code.NOT_JSON,
              "the body is no JSON text%s: %s".formatted(place(e), e.getOriginalMessage())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns {@code value}, a record or a collection of records, as JSON text. */
  public static String write(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          value.getClass().getSimpleName() + " has no form in JSON", e);
    }
  }

  /** Returns a constant as it is written in JSON. */
  static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static String place(JsonProcessingException e) {
    JsonLocation location = e.getLocation();
    return location == null
        ? ""
        : " at line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
  }
}
