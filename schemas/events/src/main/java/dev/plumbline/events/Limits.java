/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Bounds that every record keeps from the door on, so that a record derived from several others (a
 * preference pair carries a prompt and two completions) stays under 512 KiB.
 */
public final class Limits {
  /** Longest prompt or completion, in UTF-8 bytes. */
  public static final int MAX_TEXT_BYTES = 128 * 1024;

  /** Longest identifier, in characters. */
  public static final int MAX_ID_CHARS = 200;

  /** Most votes that one example names as its evidence. */
  public static final int MAX_EVIDENCE = 1_000;

  /** Most tokens of one completion whose log-probabilities a record carries. */
  public static final int MAX_TOKENS = 16_384;

  /** Most candidates that one ranking orders. */
  public static final int MAX_RANKED_CANDIDATES = 16;

  /** Most attributes that one rating marks. */
  public static final int MAX_RATED_ATTRIBUTES = 32;

  /** Most spans that an example carries as marked per candidate. */
  public static final int MAX_MARKED_SPANS = 128;

  /** Most text that one example carries, in UTF-8 bytes: as much as the largest pair. */
  public static final int MAX_EXAMPLE_TEXT_BYTES = 3 * MAX_TEXT_BYTES;

  /**
   * What a token adds to a rollout group at most, in bytes: id (3), log-probability (4), prompt
   * level (2) and prefix score (4). With its texts, a group's tokens stay within {@link
   * #MAX_EXAMPLE_TEXT_BYTES}.
   */
  public static final int ROLLOUT_TOKEN_BYTES = 13;

  private Limits() {}

  /** Returns {@code id} if it is a usable identifier; {@code field} names it in the message. */
  public static String requireId(String field, String id) {
    if (id.isBlank() || id.length() > MAX_ID_CHARS) {
      throw new IllegalArgumentException(
          "%s must be 1 to %d characters and not blank, but was %s"
              .formatted(field, MAX_ID_CHARS, abbreviate(id)));
    }
    return id;
  }

  /** Returns {@code ppm} if it lies between 0 and a million. */
  static int requireProbPpm(String field, int ppm) {
    if (ppm < 0 || ppm > 1_000_000) {
      throw new IllegalArgumentException(
          "%s must lie in 0 to 1000000 parts per million, but was %d".formatted(field, ppm));
    }
    return ppm;
  }

  /** Refuses levels that are neither absent nor one per token, 0 or more. */
  static void requirePromptLevels(List<Integer> promptLevels, int tokens) {
    if (!promptLevels.isEmpty() && promptLevels.size() != tokens) {
      throw new IllegalArgumentException(
          "promptLevels must be empty or as long as tokenIds (%d), but had %d"
              .formatted(tokens, promptLevels.size()));
    }
    for (int level : promptLevels) {
      if (level < 0) {
        throw new IllegalArgumentException(
            "promptLevels must be 0 (no prompt) or more, but had " + level);
      }
    }
  }

  /** Refuses numbers that are not finite. */
  static void requireFinite(String field, List<Float> numbers) {
    for (int i = 0; i < numbers.size(); i++) {
      if (!Float.isFinite(numbers.get(i))) {
        throw new IllegalArgumentException(
            "%s must be finite, but number %d was %s".formatted(field, i, numbers.get(i)));
      }
    }
  }

  /** Refuses negative lengths. */
  static void requireLength(String field, @Nullable Integer lengthChars) {
    if (lengthChars != null && lengthChars < 0) {
      throw new IllegalArgumentException(
          "%s must be at least 0, but was %d".formatted(field, lengthChars));
    }
  }

  static void requireText(String text) {
    // One char is at most three bytes of UTF-8, so short texts need no counting.
    if (text.length() > MAX_TEXT_BYTES / 3) {
      int bytes = text.getBytes(StandardCharsets.UTF_8).length;
      if (bytes > MAX_TEXT_BYTES) {
        throw new IllegalArgumentException(
            "text must be at most %d bytes in UTF-8, but was %d".formatted(MAX_TEXT_BYTES, bytes));
      }
    }
  }

  private static String abbreviate(String id) {
    return id.length() <= 40
        ? '"' + id + '"'
        : '"' + id.substring(0, 40) + "...\" (" + id.length() + " characters)";
  }
}
