/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.rewards;

import dev.plumbline.app.models.InputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The folder of a reward model, or of several. */
final class RewardFiles {
  private RewardFiles() {}

  /** Its files by their path below it, {@code /} between its parts. */
  static SortedMap<String, byte[]> read(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new InputException("--reward", folder + ": there is no such directory");
    }
    SortedMap<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path file : tree.filter(Files::isRegularFile).toList()) {
        String name = folder.relativize(file).toString().replace('\\', '/');
        files.put(name, Files.readAllBytes(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("--reward: %s can't be read: %s".formatted(folder, e), e);
    }
    return files;
  }
}
