/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The chat templates of a Hugging Face directory with its special tokens. Immutable and safe for
 * several threads.
 *
 * <p>As in transformers, {@code chat_template.jinja} wins over the {@code chat_template} of {@code
 * tokenizer_config.json}, which is one template or a list of them with names; of several, {@code
 * tool_use} renders requests with tools and {@code default} the others. Templates of other names
 * are not read.
 */
public final class ChatTemplates {
  public static final String TEMPLATE_FILE = "chat_template.jinja";
  public static final String CONFIG_FILE = "tokenizer_config.json";

  private static final String LEGACY_SPECIAL_TOKENS_FILE = "special_tokens_map.json";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> SPECIAL_TOKENS =
      List.of(
          "bos_token",
          "eos_token",
          "unk_token",
          "sep_token",
          "pad_token",
          "cls_token",
          "mask_token");

  private final ChatTemplate plain;
  private final ChatTemplate withTools;
  private final Map<String, String> specialTokens;

  private ChatTemplates(
      ChatTemplate plain, ChatTemplate withTools, Map<String, String> specialTokens) {
    this.plain = plain;
    this.withTools = withTools;
    this.specialTokens = specialTokens;
  }

  /** One template for all requests. */
  public static ChatTemplates of(ChatTemplate template, Map<String, String> specialTokens) {
    return new ChatTemplates(template, template, Map.copyOf(specialTokens));
  }

  /**
   * Reads a directory; empty when it has no chat template, as those of base models.
   *
   * @throws ChatTemplateException when a file is not readable, not JSON, or not as expected, or a
   *     template is not supported
   */
  public static Optional<ChatTemplates> read(Path directory) {
    JsonNode config = json(directory.resolve(CONFIG_FILE));
    Map<String, String> specialTokens = specialTokens(directory, config);
    Path file = directory.resolve(TEMPLATE_FILE);
    if (Files.exists(file)) {
      return Optional.of(of(ChatTemplate.parse(file.toString(), text(file)), specialTokens));
    }
    String configFile = directory.resolve(CONFIG_FILE).toString();
    JsonNode templates = config.path("chat_template");
    if (templates.isMissingNode() || templates.isNull()) {
      return Optional.empty();
    }
    if (templates.isTextual()) {
      return Optional.of(
          of(ChatTemplate.parse(configFile + "#chat_template", templates.asText()), specialTokens));
    }
    Map<String, String> named = named(configFile, templates);
    ChatTemplate plain = parse(configFile, named, "default");
    ChatTemplate withTools = parse(configFile, named, "tool_use");
    if (plain == null) {
      throw problem(
          configFile,
          "one of several chat templates must be called 'default', but they are " + named.keySet());
    }
    return Optional.of(
        new ChatTemplates(plain, withTools == null ? plain : withTools, specialTokens));
  }

  /** Special tokens by name, such as {@code eos_token}. */
  public Map<String, String> specialTokens() {
    return specialTokens;
  }

  /**
   * @param clock what templates read the date from
   * @throws ChatTemplateException when the template refuses the conversation or can't take it
   */
  public RenderedChat render(ChatRequest request, Clock clock) {
    ChatTemplate template = request.tools() == null ? plain : withTools;
    return template.render(request, specialTokens, clock);
  }

  private static Map<String, String> named(String file, JsonNode templates) {
    Map<String, String> named = new TreeMap<>();
    for (JsonNode entry : templates) {
      named.put(entry.path("name").asText(), entry.path("template").asText());
    }
    if (!templates.isArray() || named.containsKey("") || named.containsValue("")) {
      throw problem(
          file, "chat_template must be a text or a list of objects with name and template");
    }
    return named;
  }

  private static @Nullable ChatTemplate parse(String file, Map<String, String> named, String name) {
    String source = named.get(name);
    return source == null
        ? null
        : ChatTemplate.parse(file + "#chat_template(" + name + ")", source);
  }

  private static Map<String, String> specialTokens(Path directory, JsonNode config) {
    Map<String, String> tokens = new LinkedHashMap<>();
    add(tokens, config);
    // Older directories keep them apart; newer ones list all added tokens and override that file.
    if (!config.has("added_tokens_decoder")) {
      add(tokens, json(directory.resolve(LEGACY_SPECIAL_TOKENS_FILE)));
    }
    return Map.copyOf(tokens);
  }

  private static void add(Map<String, String> tokens, JsonNode source) {
    for (String name : SPECIAL_TOKENS) {
      JsonNode token = source.path(name);
      JsonNode content = token.isObject() ? token.path("content") : token;
      if (content.isTextual()) {
        tokens.put(name, content.asText());
      }
    }
  }

  private static JsonNode json(Path file) {
    if (!Files.exists(file)) {
      return MissingNode.getInstance();
    }
    try {
      return JSON.readTree(text(file));
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      throw new ChatTemplateException(
          file.toString(), line, "not valid JSON: " + e.getOriginalMessage());
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw problem(file.toString(), "can't be read as UTF-8: " + e);
    }
  }

  private static ChatTemplateException problem(String file, String reason) {
    return new ChatTemplateException(file, 1, reason);
  }
}
