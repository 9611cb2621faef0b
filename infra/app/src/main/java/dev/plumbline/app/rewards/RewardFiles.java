/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.rewards;

import dev.plumbline.app.models.InputException;
import dev.plumbline.base.artifacts.ArtifactDigest;
import dev.plumbline.base.artifacts.ArtifactManifest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The folder of a reward model, of several, or of a controller. */
public final class RewardFiles {
  private RewardFiles() {}

  /**
   * Its files by their path below it, {@code /} between its parts.
   *
   * @param option that names it, for messages
   */
  public static SortedMap<String, byte[]> read(String option, Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new InputException(option, folder + ": there is no such directory");
    }
    SortedMap<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path file : tree.filter(Files::isRegularFile).toList()) {
        String name = folder.relativize(file).toString().replace('\\', '/');
        files.put(name, Files.readAllBytes(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("%s: %s can't be read: %s".formatted(option, folder, e), e);
    }
    return files;
  }

  /**
   * Refuses a folder that has anything in it.
   *
   * @param setting that names it, for messages
   */
  static void requireFree(String setting, Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> children = Files.list(folder)) {
      if (children.findAny().isPresent()) {
        throw new InputException(
            setting, folder + " isn't empty: choose a folder that is empty or does not exist");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("%s: %s can't be read: %s".formatted(setting, folder, e), e);
    }
  }

  /** The folder appears whole or not at all. */
  static void write(Path to, SortedMap<String, byte[]> files) {
    Path folder = to.toAbsolutePath().normalize();
    try {
      Path above = Files.createDirectories(folder.getParent());
      Path incoming = Files.createTempDirectory(above, ".incoming-");
      for (String name : files.keySet()) {
        Path file = incoming.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, files.get(name));
      }
      Files.deleteIfExists(folder);
      Files.move(incoming, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("output_dir: %s can't be written: %s".formatted(folder, e), e);
    }
  }

  /** The digest under which an artifact store keeps these files. */
  static ArtifactDigest digest(SortedMap<String, byte[]> files) {
    List<ArtifactManifest.Entry> entries = new ArrayList<>();
    files.forEach(
        (name, bytes) ->
            entries.add(new ArtifactManifest.Entry(name, bytes.length, sha256(bytes))));
    return new ArtifactManifest(entries).digest();
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
