/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.control;

import dev.plumbline.app.models.InputException;
import dev.plumbline.lm.text.Tokenizer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/** Plain text, gzip, one paragraph per line. */
final class StoryTexts {
  private static final int FEWEST_WORDS = 2;
  private static final int DIFFERENT_LENGTHS = 4;

  private StoryTexts() {}

  /**
   * The paragraphs of a file.
   *
   * @param option that names it, for messages
   */
  static List<String> paragraphs(String option, Path file) {
    InputException.requireFile(option, file);
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      return lines.lines().filter(line -> !line.isBlank()).toList();
    } catch (IOException e) {
      throw new InputException(option, "%s can't be read: %s".formatted(file, e));
    }
  }

  /**
   * Beginnings to continue: the token that starts a text and the first 2, 3, 4 or 5 words of a
   * paragraph, in turns, of paragraphs that lie evenly over the text.
   *
   * @param count how many; at most as many as there are paragraphs
   */
  static List<int[]> prefixes(Tokenizer tokenizer, List<String> paragraphs, int count) {
    if (count > paragraphs.size()) {
      throw new InputException(
          "--generations",
          "must be at most %d, the number of paragraphs to begin with, but was %d"
              .formatted(paragraphs.size(), count));
    }
    List<int[]> prefixes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String paragraph = paragraphs.get((int) ((long) i * paragraphs.size() / count));
      String words =
          Arrays.stream(paragraph.split("\\s+"))
              .limit(FEWEST_WORDS + i % DIFFERENT_LENGTHS)
              .collect(Collectors.joining(" "));
      prefixes.add(tokenizer.encodePrompt(words));
    }
    return prefixes;
  }
}
