/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.pocket;

import dev.plumbline.events.Identity;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;

/** The pocket policy's checkpoint, as it comes with Plumbline. */
public final class PocketPolicy {
  /** Room for a completion: the longest review has fewer tokens, nearly always. */
  public static final int MAX_NEW_TOKENS = 40;

  private static final String FOLDER = "checkpoint/";

  private PocketPolicy() {}

  /** How the checkpoint was made, and the digests of its files. */
  public static PretrainRecord record() throws IOException {
    return PretrainRecord.fromJson(read(PretrainRecord.FILE));
  }

  /**
   * Writes the checkpoint as a Hugging Face directory. Files that are there already and hold the
   * same bytes are left alone; each new one appears whole or not at all.
   *
   * @throws IOException when a file of another content is in the way, or the checkpoint on the
   *     class path does not match its recorded digests
   */
  public static void extractTo(Path directory) throws IOException {
    Map<String, String> digests = new TreeMap<>(record().files());
    Files.createDirectories(directory);
    for (Map.Entry<String, String> file : digests.entrySet()) {
      byte[] bytes = read(file.getKey());
      requireDigest("the pocket policy's own " + file.getKey(), bytes, file.getValue());
      place(directory.resolve(file.getKey()), bytes, file.getValue());
    }
    byte[] record = read(PretrainRecord.FILE);
    place(directory.resolve(PretrainRecord.FILE), record, Identity.sha256(record));
  }

  private static void place(Path file, byte[] bytes, String digest) throws IOException {
    if (Files.exists(file)) {
      requireDigest(file.toString(), Files.readAllBytes(file), digest);
      return;
    }
    Path part = file.resolveSibling(file.getFileName() + ".part");
    Files.write(part, bytes);
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void requireDigest(String name, byte[] bytes, String expected) throws IOException {
    String digest = Identity.sha256(bytes);
    if (!digest.equals(expected)) {
      throw new IOException(
          "%s has SHA-256 %s, but the pocket policy's is %s; use another folder or remove the file"
              .formatted(name, digest, expected));
    }
  }

  private static byte[] read(String name) throws IOException {
    try (InputStream in = PocketPolicy.class.getResourceAsStream(FOLDER + name)) {
      if (in == null) {
        throw new FileNotFoundException(
            "the pocket policy's " + name + " is missing from the class path");
      }
      return in.readAllBytes();
    }
  }
}
