/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.models;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.plumbline.lm.chat.ChatRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Conversations in JSON: a list of messages, or an object with messages and perhaps tools. */
final class ChatFile {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private static final TypeReference<List<Map<String, Object>>> OBJECTS = new TypeReference<>() {};

  private ChatFile() {}

  /**
   * @throws InputException naming the file and the reason
   */
  static ChatRequest read(Path file) {
    return request(file.toString(), json(file));
  }

  /**
   * @param source of the JSON, for messages
   * @throws InputException when it is not a conversation
   */
  static ChatRequest request(String source, JsonNode json) {
    JsonNode messages = json.isArray() ? json : json.path("messages");
    JsonNode tools = json.path("tools");
    try {
      return new ChatRequest(
          objects(source, "messages", messages),
          tools.isMissingNode() || tools.isNull() ? null : objects(source, "tools", tools),
          false,
          Map.of());
    } catch (IllegalArgumentException e) {
      throw new InputException(source, e.getMessage());
    }
  }

  /** A file that holds a list of objects. */
  static List<Map<String, Object>> objects(Path file) {
    return objects(file.toString(), "the file", json(file));
  }

  private static List<Map<String, Object>> objects(String source, String what, JsonNode list) {
    boolean fits = list.isArray();
    for (JsonNode entry : list) {
      fits &= entry.isObject();
    }
    if (!fits) {
      throw new InputException(source, what + " must be a list of objects");
    }
    return JSON.convertValue(list, OBJECTS);
  }

  private static JsonNode json(Path file) {
    try {
      return JSON.readTree(Files.readString(file, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new InputException(file.toString(), "not valid JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new InputException(file.toString(), unreadable(file, e));
    }
  }

  /** Why a text file can't be read. */
  static String unreadable(Path file, IOException e) {
    return Files.exists(file) ? "can't be read as UTF-8 text: " + e : "the file is missing";
  }

  /** Any value of JSON as plain data. */
  static @Nullable Object value(String json) throws JsonProcessingException {
    return JSON.readValue(json, Object.class);
  }
}
