/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges.chat;

/** What became of one question. */
public sealed interface ChatReply {
  /**
   * The model's answer.
   *
   * @param text what it said, not blank
   */
  record Answered(String text) implements ChatReply {}

  /**
   * Nothing that could be used, and asking again would not help.
   *
   * @param reason what was wrong
   * @param raw what came instead
   */
  record Unusable(String reason, String raw) implements ChatReply {}
}
