/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

import dev.plumbline.lm.text.PromptCompletions;
import dev.plumbline.lm.text.TokenizedText;
import dev.plumbline.lm.text.Tokenizer;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Encodes conversations as TRL does: rendered by the chat template, whose text carries every
 * special token already, the end-of-sequence one included.
 *
 * @param templates of the model
 * @param tokenizer not closed here
 * @param clock what templates read the date from
 */
public record ChatEncoder(ChatTemplates templates, Tokenizer tokenizer, Clock clock) {

  /**
   * Encodes a prompt, up to where the assistant's message begins, and completions of it.
   *
   * @param prompt its messages; {@code addGenerationPrompt} is set here as each part needs it
   * @param completions messages that follow the prompt, mostly one of the assistant
   */
  public PromptCompletions encode(
      ChatRequest prompt,
      List<? extends List<? extends Map<String, ? extends @Nullable Object>>> completions) {
    return PromptCompletions.of(
        ids(prompt.withGenerationPrompt(true)),
        completions.stream()
            .map(completion -> ids(prompt.withGenerationPrompt(false).followedBy(completion)))
            .toList());
  }

  /** Token ids of a conversation. */
  public int[] ids(ChatRequest request) {
    return tokenizer.encodeRendered(templates.render(request, clock).text()).ids();
  }

  /**
   * Which tokens of a rendered conversation the assistant said: those that cover a character of a
   * span. Transformers marks the same, but for a span whose last character takes several tokens it
   * leaves out all of them but the first.
   *
   * @param text the encoding of the rendered text
   */
  public static boolean[] assistantMask(RenderedChat chat, TokenizedText text) {
    boolean[] mask = new boolean[text.ids().length];
    for (Span span : chat.assistantSpans()) {
      for (int i = 0; i < mask.length; i++) {
        mask[i] |= text.covers(i, span.start(), span.end());
      }
    }
    return mask;
  }
}
