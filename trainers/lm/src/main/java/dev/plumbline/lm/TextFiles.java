/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The files of a model directory that are not weights: small, and kept whole. */
final class TextFiles {
  static final String CONFIG = "config.json";
  static final String GENERATION_CONFIG = "generation_config.json";
  static final String TOKENIZER = "tokenizer.json";

  private static final List<String> REQUIRED = List.of(CONFIG, TOKENIZER);
  // What else a server needs to read and write text as the model was taught to.
  private static final List<String> OPTIONAL =
      List.of(
          GENERATION_CONFIG,
          "added_tokens.json",
          "chat_template.jinja",
          "merges.txt",
          "special_tokens_map.json",
          "tokenizer_config.json",
          "vocab.json");
  private static final long MAX_BYTES = 256L << 20;

  private TextFiles() {}

  /**
   * @return the files that are there, under their names
   * @throws ModelLoadException when a required one is missing or one can't be read
   */
  static SortedMap<String, byte[]> readAll(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new ModelLoadException(directory.toString(), "there is no such directory");
    }
    SortedMap<String, byte[]> files = new TreeMap<>();
    REQUIRED.forEach(name -> files.put(name, read(directory.resolve(name))));
    OPTIONAL.stream()
        .filter(name -> Files.exists(directory.resolve(name)))
        .forEach(name -> files.put(name, read(directory.resolve(name))));
    return files;
  }

  static byte[] read(Path file) {
    try {
      long bytes = Files.size(file);
      if (bytes > MAX_BYTES) {
        throw new ModelLoadException(
            file.toString(), "must have at most %d bytes, but has %d".formatted(MAX_BYTES, bytes));
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new ModelLoadException(file.toString(), "the file is missing", e);
    } catch (IOException e) {
      throw new ModelLoadException(file.toString(), "can't be read: " + e.getMessage(), e);
    }
  }
}
