/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/**
 * An adapter's settings as JSON, read strictly. Whatever is wrong is an {@link
 * IllegalArgumentException} that names the key, its value and what was expected.
 */
final class PeftJson {
  static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private PeftJson() {}

  static JsonNode parse(byte[] bytes) {
    JsonNode json;
    try {
      json = JSON.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not valid JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException("not readable: " + e.getMessage(), e);
    }
    if (!json.isObject()) {
      throw new IllegalArgumentException("must be a JSON object, but was " + json.getNodeType());
    }
    return json;
  }

  /** Refuses keys that are not known, unless their value is null, false or empty. */
  static void requireKnown(JsonNode json, Set<String> read, Set<String> withoutEffect) {
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      String key = entry.getKey();
      if (!read.contains(key) && !withoutEffect.contains(key)) {
        requireOff(json, key);
      }
    }
  }

  static void requireOff(JsonNode json, String key) {
    if (!isOff(json.path(key))) {
      throw new IllegalArgumentException(
          "%s is not supported: it must be null, false or empty, but was %s"
              .formatted(key, json.path(key)));
    }
  }

  static int wholeNumber(JsonNode json, String key) {
    JsonNode value = json.path(key);
    if (!value.isInt()) {
      throw mustBe(key, "a whole number", value);
    }
    return value.intValue();
  }

  static double number(JsonNode json, String key) {
    JsonNode value = json.path(key);
    if (!value.isNumber()) {
      throw mustBe(key, "a number", value);
    }
    return value.doubleValue();
  }

  static boolean truth(JsonNode json, String key) {
    JsonNode value = json.path(key);
    if (!value.isBoolean() && !isOff(value)) {
      throw mustBe(key, "true or false", value);
    }
    return value.booleanValue();
  }

  static void requireText(JsonNode json, String key, String expected) {
    JsonNode value = json.path(key);
    if (!value.isTextual() || !value.textValue().equals(expected)) {
      throw mustBe(key, "'" + expected + "'", value);
    }
  }

  static IllegalArgumentException mustBe(String key, String expected, JsonNode value) {
    return new IllegalArgumentException(
        "%s must be %s, but was %s"
            .formatted(key, expected, value.isMissingNode() ? "missing" : value));
  }

  /** Whether a value says nothing. */
  static boolean isOff(JsonNode value) {
    return value.isMissingNode()
        || value.isNull()
        || (value.isBoolean() && !value.booleanValue())
        || (value.isContainerNode() && value.isEmpty())
        || (value.isTextual() && value.textValue().isEmpty());
  }
}
