/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import dev.plumbline.events.Limits;

/**
 * One prompt of a {@link PromptSource}.
 *
 * @param id unique within its source, the same in every run
 * @param text the prompt, not blank
 */
public record SourcePrompt(String id, String text) {
  public SourcePrompt {
    Limits.requireId("id", id);
    if (text.isBlank()) {
      throw new IllegalArgumentException("prompt " + id + " must have a text, but was blank");
    }
  }
}
