/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.family;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A JSON object that is read strictly: a value of another type than asked for is refused, with its
 * key. A key whose value is null counts as absent.
 */
final class ConfigJson {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final ObjectNode node;
  private final String path;

  private ConfigJson(ObjectNode node, String path) {
    this.node = node;
    this.path = path;
  }

  /**
   * @throws IllegalArgumentException when the bytes are not one JSON object
   */
  static ConfigJson parse(byte[] bytes) {
    JsonNode node;
    try {
      node = JSON.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not valid JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException("not readable: " + e.getMessage(), e);
    }
    if (!(node instanceof ObjectNode object)) {
      throw new IllegalArgumentException("a JSON object was expected, but was " + brief(node));
    }
    return new ConfigJson(object, "");
  }

  /** These bytes with the type of the weights, under either name of the key. */
  byte[] withDtype(byte[] bytes, String dtype) {
    String key = has("dtype") ? "dtype" : "torch_dtype";
    if (textOr(key, "").equals(dtype)) {
      return bytes;
    }
    ObjectNode changed = node.deepCopy();
    changed.put(key, dtype);
    return bytes(changed);
  }

  static ObjectNode newObject() {
    return JSON.createObjectNode();
  }

  static byte[] bytes(ObjectNode json) {
    return (json.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** Writes one id as a number, several as a list, none not at all. */
  static void putIds(ObjectNode json, String key, List<Integer> ids) {
    if (ids.size() == 1) {
      json.put(key, ids.getFirst());
    } else if (!ids.isEmpty()) {
      ids.forEach(json.putArray(key)::add);
    }
  }

  boolean has(String key) {
    return node.hasNonNull(key);
  }

  int integer(String key) {
    JsonNode value = node.path(key);
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw unexpected(key, "an integer");
    }
    return value.intValue();
  }

  int integerOr(String key, int absent) {
    return has(key) ? integer(key) : absent;
  }

  double number(String key) {
    if (!node.path(key).isNumber()) {
      throw unexpected(key, "a number");
    }
    return node.path(key).doubleValue();
  }

  double numberOr(String key, double absent) {
    return has(key) ? number(key) : absent;
  }

  boolean truthOr(String key, boolean absent) {
    if (has(key) && !node.path(key).isBoolean()) {
      throw unexpected(key, "true or false");
    }
    return node.path(key).asBoolean(absent);
  }

  String text(String key) {
    if (!node.path(key).isTextual()) {
      throw unexpected(key, "a text");
    }
    return node.path(key).textValue();
  }

  String textOr(String key, String absent) {
    return has(key) ? text(key) : absent;
  }

  /** An id or a list of ids; empty when absent. */
  List<Integer> ids(String key) {
    if (!has(key)) {
      return List.of();
    }
    JsonNode value = node.path(key);
    List<Integer> ids = new ArrayList<>();
    for (JsonNode id : value.isArray() ? value : JSON.createArrayNode().add(value)) {
      if (!id.isIntegralNumber() || !id.canConvertToInt()) {
        throw unexpected(key, "an id or a list of ids");
      }
      ids.add(id.intValue());
    }
    return ids;
  }

  ConfigJson object(String key) {
    if (!(node.path(key) instanceof ObjectNode object)) {
      throw unexpected(key, "an object");
    }
    return new ConfigJson(object, path + key + ".");
  }

  void requireValue(String key, String... accepted) {
    if (has(key) && !List.of(accepted).contains(node.path(key).asText())) {
      throw unexpected(key, "'" + String.join("' or '", accepted) + "'");
    }
  }

  /** Refuses a file that leaves the key out; null is a value here. */
  void requirePresent(String key) {
    if (!node.has(key)) {
      throw new IllegalArgumentException(path + key + " is missing");
    }
  }

  void requireFalse(String key) {
    if (truthOr(key, false)) {
      throw new IllegalArgumentException(path + key + " true is not supported");
    }
  }

  void requireTrue(String key) {
    if (!truthOr(key, true)) {
      throw new IllegalArgumentException(path + key + " false is not supported");
    }
  }

  void requireAbsent(String key, String reason) {
    if (has(key)) {
      throw new IllegalArgumentException(
          "%s%s: %s, but it was %s".formatted(path, key, reason, brief(node.path(key))));
    }
  }

  /** Refuses a number other than this one. */
  void requireNumber(String key, double value) {
    if (numberOr(key, value) != value) {
      throw unexpected(key, Double.toString(value));
    }
  }

  /** Refuses a list that is not empty and lacks the value. */
  void requireListed(String key, String value) {
    JsonNode list = node.path(key);
    for (JsonNode entry : list) {
      if (entry.asText().equals(value)) {
        return;
      }
    }
    if (has(key) && !list.isEmpty()) {
      throw unexpected(key, "a list that holds " + value);
    }
  }

  /** Refuses a list with an entry other than the value. */
  void requireOnly(String key, String value) {
    for (JsonNode entry : node.path(key)) {
      if (!entry.asText().equals(value)) {
        throw unexpected(key, "a list that holds only " + value);
      }
    }
  }

  IllegalArgumentException unexpected(String key, String expected) {
    JsonNode value = node.path(key);
    return new IllegalArgumentException(
        "%s%s must be %s, but was %s"
            .formatted(path, key, expected, value.isMissingNode() ? "missing" : brief(value)));
  }

  private static String brief(JsonNode value) {
    String text = value.toString();
    return text.length() <= 200 ? text : text.substring(0, 200) + "...";
  }
}
