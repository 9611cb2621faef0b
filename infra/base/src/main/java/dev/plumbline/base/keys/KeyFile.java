/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.keys;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;

/** What the file of one subject says: lines of a name and a value. */
sealed interface KeyFile {
  /** The subject whose file it is. */
  String subject();

  /**
   * A key in use.
   *
   * @param subject whose it is
   * @param keyId its id
   * @param createdAt when it was made
   * @param wrapped the key
   */
  record Live(String subject, String keyId, Instant createdAt, Wrapped wrapped)
      implements KeyFile {}

  /**
   * What is left of a destroyed key.
   *
   * @param subject whose it was
   * @param destroyedAt when it was destroyed
   */
  record Tombstone(String subject, Instant destroyedAt) implements KeyFile {}

  /**
   * An encrypted data key.
   *
   * @param by the key-encryption key
   * @param base64 the encrypted key
   */
  record Wrapped(String by, String base64) {
    static Wrapped of(String by, byte[] bytes) {
      return new Wrapped(by, Base64.getEncoder().encodeToString(bytes));
    }

    /** Returns the encrypted key, which must be base64. */
    byte[] bytes() {
      return Base64.getDecoder().decode(base64);
    }
  }

  /** Ends the names of all files of keys. */
  String SUFFIX = ".key";

  /** The name of a subject's file, which any subject has. */
  static String name(String subject) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(subject.getBytes(StandardCharsets.UTF_8)))
          + SUFFIX;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** What a wrapped key is bound to, so that no file can stand for another. */
  static byte[] context(String subject, String keyId) {
    return (keyId + "/" + subject).getBytes(StandardCharsets.UTF_8);
  }

  default byte[] toBytes() {
    String text =
        switch (this) {
          case Live live ->
              """
              subject %s
              key %s
              created %s
              by %s
              wrapped %s
              """
                  .formatted(
                      encoded(live.subject()),
                      live.keyId(),
                      live.createdAt(),
                      live.wrapped().by(),
                      live.wrapped().base64());
          case Tombstone gone ->
              """
              subject %s
              destroyed %s
              """
                  .formatted(encoded(gone.subject()), gone.destroyedAt());
        };
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * @param path the file, for messages
   * @throws KeyStoreException when the bytes are no such file
   */
  static KeyFile parse(byte[] bytes, Path path) {
    String[] lines = new String(bytes, StandardCharsets.US_ASCII).split("\n");
    try {
      String subject = URLDecoder.decode(value(lines, 0, "subject"), StandardCharsets.UTF_8);
      if (lines.length == 2) {
        return new Tombstone(subject, Instant.parse(value(lines, 1, "destroyed")));
      }
      return new Live(
          subject,
          value(lines, 1, "key"),
          Instant.parse(value(lines, 2, "created")),
          Wrapped.of(
              value(lines, 3, "by"), Base64.getDecoder().decode(value(lines, 4, "wrapped"))));
    } catch (DateTimeException | IllegalArgumentException e) {
      throw new KeyStoreException(
          "%s is no file of a key (%s): restore it from a backup".formatted(path, e.getMessage()),
          e);
    }
  }

  private static String value(String[] lines, int number, String name) {
    if (lines.length <= number || !lines[number].startsWith(name + " ")) {
      throw new IllegalArgumentException("line %d should say '%s'".formatted(number + 1, name));
    }
    return lines[number].substring(name.length() + 1);
  }

  private static String encoded(String subject) {
    return URLEncoder.encode(subject, StandardCharsets.UTF_8);
  }
}
