/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

import java.util.List;

/**
 * A conversation as text.
 *
 * @param text what the model reads
 * @param assistantSpans the parts that the template's {@code generation} blocks rendered, in their
 *     order: what the assistant said. Empty when the template has none
 */
public record RenderedChat(String text, List<Span> assistantSpans) {
  public RenderedChat {
    assistantSpans = List.copyOf(assistantSpans);
  }
}
