/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.plumbline.base.DurableFolders;
import dev.plumbline.base.settings.InvalidSettingsException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * The annotators of a data set by the tool's name for them, each with a random pseudonym. The file,
 * readable by its owner only, is the only place where both stand together: without it nobody can
 * tell who a pseudonym is, and the next import invents new ones. Used by one thread.
 */
final class Pseudonyms {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int BYTES = 16;

  private final Path file;
  private final RandomGenerator random;
  private final Map<String, String> known = new LinkedHashMap<>();
  private final StringBuilder unsaved = new StringBuilder();

  private Pseudonyms(Path file, RandomGenerator random) {
    this.file = file;
    this.random = random;
  }

  /**
   * Reads the file, if there is one.
   *
   * @throws InvalidSettingsException if it holds something else
   */
  static Pseudonyms open(Path file, RandomGenerator random) throws IOException {
    var pseudonyms = new Pseudonyms(file, random);
    if (Files.exists(file)) {
      int number = 0;
      for (String line : Files.readAllLines(file)) {
        pseudonyms.read(++number, line);
      }
    }
    return pseudonyms;
  }

  /** The pseudonym of an annotator; a new one is not saved yet. */
  String of(String annotator) {
    return known.computeIfAbsent(annotator, this::invented);
  }

  /** Makes new pseudonyms durable: they may travel from here on. */
  void save() throws IOException {
    if (unsaved.isEmpty()) {
      return;
    }
    Path folder = file.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    if (!Files.exists(file)) {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      DurableFolders.force(folder);
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.APPEND)) {
      ByteBuffer bytes = ByteBuffer.wrap(unsaved.toString().getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    unsaved.setLength(0);
  }

  private String invented(String annotator) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    String pseudonym = HexFormat.of().formatHex(bytes);
    unsaved
        .append(JSON.createObjectNode().put("annotator", annotator).put("pseudonym", pseudonym))
        .append('\n');
    return pseudonym;
  }

  private void read(int number, String line) {
    try {
      JsonNode entry = JSON.readTree(line);
      String annotator = entry.path("annotator").textValue();
      String pseudonym = entry.path("pseudonym").textValue();
      if (annotator != null && pseudonym != null && !pseudonym.isBlank()) {
        known.put(annotator, pseudonym);
        return;
      }
    } catch (JsonProcessingException e) {
      // Named below, with what stands there.
    }
    throw new InvalidSettingsException(
        List.of(
            "%s:%d: expected {\"annotator\": ..., \"pseudonym\": ...}, but found %s; mend the line, or delete it so that its annotator gets a new pseudonym"
                .formatted(
                    file, number, line.length() > 60 ? line.substring(0, 60) + "..." : line)));
  }
}
