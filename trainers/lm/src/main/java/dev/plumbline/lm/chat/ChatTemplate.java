/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A chat template: renders conversations exactly as {@code apply_chat_template} of Hugging Face
 * transformers 5 does. Immutable and safe for several threads.
 *
 * <p>As there, fields of a message that are null are left out, reasoning given as {@code
 * reasoning_content}, {@code thinking} or {@code reasoning} reaches the template under the first
 * two names, and the template sees the variables {@code messages}, {@code tools}, {@code
 * documents}, {@code add_generation_prompt}, the special tokens and those of the request.
 * Differences, all refusals: tags, filters, tests and functions that are not supported are errors
 * when the template is parsed, even where they would never be reached; a rendering that takes too
 * many steps or characters ends with an error.
 */
public final class ChatTemplate {
  // The first of these that a message has is its reasoning.
  private static final List<String> REASONING =
      List.of("reasoning_content", "thinking", "reasoning");

  private final String file;
  private final List<Statement> statements;

  private ChatTemplate(String file, List<Statement> statements) {
    this.file = file;
    this.statements = statements;
  }

  /**
   * @param fileName for messages
   * @throws ChatTemplateException when the template is not well-formed or needs what is not
   *     supported, with the line
   */
  public static ChatTemplate parse(String fileName, String source) {
    try {
      return new ChatTemplate(fileName, Parser.parse(fileName, source));
    } catch (StackOverflowError e) {
      throw new ChatTemplateException(fileName, 1, "the template is nested too deeply");
    }
  }

  /**
   * @param specialTokens such as {@code bos_token}, by name
   * @param clock what {@code strftime_now} reads, in its zone
   * @throws ChatTemplateException when the template refuses the conversation or can't take it
   */
  public RenderedChat render(ChatRequest request, Map<String, String> specialTokens, Clock clock) {
    Map<String, Object> variables = new HashMap<>(specialTokens);
    variables.put("documents", null);
    variables.putAll(request.variables());
    variables.put("tools", request.tools());
    variables.put("add_generation_prompt", request.addGenerationPrompt());
    variables.put("messages", request.messages().stream().map(ChatTemplate::message).toList());
    return render(variables, clock);
  }

  /** Renders with the given variables and nothing else. */
  RenderedChat render(Map<String, ? extends @Nullable Object> variables, Clock clock) {
    try {
      Map<String, Value> values = new HashMap<>(Functions.of(clock));
      variables.forEach((name, data) -> values.put(name, PlainData.value(data)));
      return Renderer.render(file, statements, Scope.of(values));
    } catch (StackOverflowError e) {
      throw new ChatTemplateException(
          file, 1, "the template, its macros or the conversation are nested too deeply");
    }
  }

  private static Map<String, Object> message(Map<String, ? extends @Nullable Object> message) {
    Map<String, Object> present = new LinkedHashMap<>();
    message.forEach(
        (name, value) -> {
          if (value != null) {
            present.put(name, value);
          }
        });
    Object reasoning =
        REASONING.stream().map(present::get).filter(Objects::nonNull).findFirst().orElse(null);
    if (reasoning != null) {
      present.putIfAbsent("thinking", reasoning);
      present.put("reasoning_content", reasoning);
    }
    return present;
  }
}
