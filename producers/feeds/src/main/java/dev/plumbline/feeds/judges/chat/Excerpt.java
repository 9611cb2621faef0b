/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges.chat;

/** The beginning of a text, on one line, for messages. */
public final class Excerpt {
  private static final int CHARS = 300;

  private Excerpt() {}

  /** Returns at most 300 characters. */
  public static String of(String text) {
    String line = text.strip().replaceAll("\\s+", " ");
    return line.length() <= CHARS ? line : line.substring(0, CHARS) + " ...";
  }
}
