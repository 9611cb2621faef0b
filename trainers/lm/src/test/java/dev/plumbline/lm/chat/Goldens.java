/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

/** Files that tests/peers/chat_goldens.py wrote, and the templates they were made from. */
final class Goldens {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Goldens() {}

  static JsonNode read(String name) {
    try {
      return JSON.readTree(text(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(String name) {
    try (InputStream in = Goldens.class.getResourceAsStream("/chat/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The time at which the goldens were rendered. */
  static Clock clock(JsonNode goldens) {
    LocalDateTime now = LocalDateTime.parse(goldens.at("/provenance/now").asText());
    return Clock.fixed(now.toInstant(ZoneOffset.UTC), ZoneOffset.UTC);
  }

  @SuppressWarnings("unchecked") // an object of JSON
  static Map<String, Object> map(JsonNode node) {
    return node.isMissingNode() ? Map.of() : JSON.convertValue(node, Map.class);
  }

  @SuppressWarnings("unchecked") // an array of objects of JSON
  static List<Map<String, Object>> maps(JsonNode node) {
    return JSON.convertValue(node, List.class);
  }
}
