/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * What the judges made of the texts of one method, one target and one seed: one file.
 *
 * @param method its label
 * @param target the wanted attribute
 * @param controller kind of the controller
 * @param seed of the noise, of the controller and of what was learned
 * @param updates of RLDAF; 0 where nothing learned
 * @param texts how many were spoken
 * @param right how many of them the independent classifier gives the target
 * @param targetProb mean probability that it gives the target
 * @param attainment mean C of the whole text, by the controller itself
 * @param tokens of all completions
 * @param negativeLogProb of all completions by the independent language model, in nats
 * @param squares over texts, of what a text's negative log-probability is off that of the mean
 *     token times its tokens: the variance of the sum above
 * @param distinct1 different words over all
 * @param distinct2 different pairs of words over all
 * @param distinct3 different triples of words over all
 * @param seconds that it took
 * @param samples the first few texts, the prefix's end marked by a bar
 */
record ControlRow(
    String method,
    String target,
    String controller,
    long seed,
    int updates,
    int texts,
    int right,
    double targetProb,
    double attainment,
    long tokens,
    double negativeLogProb,
    double squares,
    double distinct1,
    double distinct2,
    double distinct3,
    double seconds,
    List<String> samples) {
  private static final JsonMapper JSON = new JsonMapper();

  ControlRow {
    samples = List.copyOf(samples);
  }

  /** Where a row is kept below the folder of an experiment. */
  static Path file(Path folder, String method, String target, long seed) {
    return folder.resolve("rows").resolve("%s-%s-%d.json".formatted(method, target, seed));
  }

  /** Writes the row; its file appears whole. */
  void write(Path folder) {
    Path file = file(folder, method, target, seed);
    try {
      Files.createDirectories(file.getParent());
      Path part = file.resolveSibling(file.getFileName() + ".part");
      Files.writeString(part, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this));
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " can't be written: " + e.getMessage(), e);
    }
  }

  /** Reads a row that was written. */
  static ControlRow read(Path file) {
    try {
      return JSON.readValue(Files.readAllBytes(file), ControlRow.class);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " can't be read: " + e.getMessage(), e);
    }
  }

  /** The row as one line. */
  String json() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
