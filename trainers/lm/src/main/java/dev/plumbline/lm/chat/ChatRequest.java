/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * What a chat template renders. Messages and tools are plain data: maps, lists, strings, numbers,
 * booleans and null; fields that we don't know are kept and reach the template.
 *
 * @param messages the conversation; each message has a {@code role}, mostly {@code content}, and
 *     perhaps {@code tool_calls}, {@code reasoning_content} and others
 * @param tools JSON schemas of the tools offered; null when there are none
 * @param addGenerationPrompt whether the text ends where the assistant's next message begins
 * @param variables further variables of the template, such as {@code enable_thinking} or {@code
 *     documents}; one with the name of a special token replaces it
 */
public record ChatRequest(
    List<? extends Map<String, ? extends @Nullable Object>> messages,
    @Nullable List<? extends Map<String, ? extends @Nullable Object>> tools,
    boolean addGenerationPrompt,
    Map<String, ? extends @Nullable Object> variables) {
  public ChatRequest {
    if (messages.isEmpty()) {
      throw new IllegalArgumentException("a conversation must have a message, but has none");
    }
    messages = List.copyOf(messages);
    tools = tools == null ? null : List.copyOf(tools);
    variables = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
  }

  /** A finished conversation without tools. */
  public static ChatRequest of(List<? extends Map<String, ? extends @Nullable Object>> messages) {
    return new ChatRequest(messages, null, false, Map.of());
  }

  /** A message of a role with a text. */
  public static SequencedMap<String, Object> message(String role, String content) {
    SequencedMap<String, Object> message = new LinkedHashMap<>();
    message.put("role", role);
    message.put("content", content);
    return message;
  }

  /** This request with the assistant's next message begun, or not. */
  public ChatRequest withGenerationPrompt(boolean begun) {
    return new ChatRequest(messages, tools, begun, variables);
  }

  /** This request with more messages behind. */
  public ChatRequest followedBy(List<? extends Map<String, ? extends @Nullable Object>> more) {
    List<Map<String, ? extends @Nullable Object>> all = new ArrayList<>(messages);
    all.addAll(more);
    return new ChatRequest(all, tools, addGenerationPrompt, variables);
  }
}
