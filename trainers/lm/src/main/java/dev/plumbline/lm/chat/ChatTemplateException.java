/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

/**
 * A chat template that can't be parsed or rendered: not well-formed, beyond the supported subset,
 * at odds with the conversation, or refusing it itself through {@code raise_exception}.
 */
public final class ChatTemplateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final int line;
  private final String reason;

  ChatTemplateException(String file, int line, String reason) {
    super("%s:%d: %s".formatted(file, line, reason));
    this.file = file;
    this.line = line;
    this.reason = reason;
  }

  /** Name of the template. */
  public String file() {
    return file;
  }

  /** Line of the template, from 1. */
  public int line() {
    return line;
  }

  /** What is wrong, without the place; for {@code raise_exception} the template's own words. */
  public String reason() {
    return reason;
  }
}
