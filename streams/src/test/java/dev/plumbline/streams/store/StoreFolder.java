/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams.store;

import dev.plumbline.base.DurableFolders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Folders as a killed process leaves them. */
final class StoreFolder {
  private StoreFolder() {}

  /**
   * Copies a folder that RocksDB writes to, as of one moment. Tables are written before the
   * manifest names them and never change; if one is deleted meanwhile, the copy begins anew.
   */
  static void copy(Path from, Path to) throws IOException {
    while (true) {
      try {
        copyOnce(from, to);
        return;
      } catch (NoSuchFileException e) {
        DurableFolders.deleteTree(to);
      }
    }
  }

  private static void copyOnce(Path from, Path to) throws IOException {
    // CURRENT names the manifest, and the manifest the tables; looked for in this order, too.
    copy(from, to, file -> file.endsWith("CURRENT"));
    copy(from, to, file -> name(file).startsWith("MANIFEST"));
    copy(from, to, file -> name(file).endsWith(".sst"));
  }

  private static void copy(Path from, Path to, Predicate<Path> isMeant) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(from)) {
      files = walk.filter(isMeant).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    for (Path file : files) {
      Path copy = to.resolve(from.relativize(file));
      Files.createDirectories(copy.getParent());
      Files.copy(file, copy);
    }
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }

  /** Overwrites every table. */
  static void damage(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path table : walk.filter(file -> name(file).endsWith(".sst")).toList()) {
        Files.write(table, new byte[40]);
      }
    }
  }
}
