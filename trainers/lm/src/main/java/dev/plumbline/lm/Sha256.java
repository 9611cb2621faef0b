/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SortedSet;

/** SHA-256 in lower-case hexadecimal digits, of files that need not fit into memory. */
final class Sha256 {
  private Sha256() {}

  /** Writes something to be digested. */
  interface Content {
    void writeTo(WritableByteChannel out) throws IOException;
  }

  static String of(byte[] bytes) {
    return HexFormat.of().formatHex(newDigest().digest(bytes));
  }

  static String of(Content content) {
    MessageDigest digest = newDigest();
    try {
      content.writeTo(
          Channels.newChannel(new DigestOutputStream(OutputStream.nullOutputStream(), digest)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * Of one file its digest, of several the digest of their listing: a line {@code digest, two
   * spaces, name} for each, as {@code sha256sum} prints it.
   *
   * @throws ModelLoadException when one can't be read
   */
  static String of(SortedSet<Path> files) {
    if (files.size() == 1) {
      return of(files.first());
    }
    StringBuilder listing = new StringBuilder();
    for (Path file : files) {
      listing.append(of(file)).append("  ").append(file.getFileName()).append('\n');
    }
    return of(listing.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static String of(Path file) {
    MessageDigest digest = newDigest();
    try (OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
      Files.copy(file, out);
    } catch (IOException e) {
      throw new ModelLoadException(file.toString(), "can't be read: " + e.getMessage(), e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
