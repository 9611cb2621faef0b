/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges.chat;

/**
 * A question to a model.
 *
 * @param text the user's message
 * @param format what the answer is to be
 */
public record ChatQuestion(String text, Format format) {
  /** Forms of answers. */
  public enum Format {
    /** Text. */
    PLAIN,
    /** A JSON object, which the endpoint is asked to enforce ({@code response_format}). */
    JSON
  }
}
