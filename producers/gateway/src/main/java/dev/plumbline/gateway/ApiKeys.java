/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway;

import dev.plumbline.base.settings.InvalidSettingsException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The keys that may use the gateway, known only by their SHA-256. Keys are long and random, so that
 * a fast hash is enough.
 */
final class ApiKeys {
  private static final Pattern LINE = Pattern.compile("(\\p{XDigit}{64})(\\s.*)?");

  private final List<byte[]> hashes;

  private ApiKeys(List<byte[]> hashes) {
    this.hashes = List.copyOf(hashes);
  }

  /**
   * Reads a file with one hash per line, as {@code sha256sum} prints it: what follows the hash is a
   * label. Empty lines and those that start with # are passed over.
   *
   * @throws InvalidSettingsException if it can't be read, a line is no hash or there is none
   */
  static ApiKeys read(Path file) {
    List<byte[]> hashes = new ArrayList<>();
    try {
      List<String> lines = Files.readAllLines(file);
      for (int i = 0; i < lines.size(); i++) {
        String line = lines.get(i).strip();
        if (line.isEmpty() || line.startsWith("#")) {
          continue;
        }
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
          throw refused(
              "%s, line %d: expected a SHA-256 in 64 hexadecimal digits, as `printf %%s KEY | sha256sum` prints it"
                  .formatted(file, i + 1));
        }
        hashes.add(HexFormat.of().parseHex(matcher.group(1)));
      }
    } catch (IOException e) {
      throw refused("%s can't be read: %s".formatted(file, e));
    }
    if (hashes.isEmpty()) {
      throw refused("%s holds no key".formatted(file));
    }
    return new ApiKeys(hashes);
  }

  private static InvalidSettingsException refused(String problem) {
    return new InvalidSettingsException(List.of("gateway.api_key_file: " + problem));
  }

  /** Returns whether {@code key} is one of them; takes equally long whichever it is. */
  boolean contains(String key) {
    byte[] hash = sha256(key);
    boolean found = false;
    for (byte[] known : hashes) {
      found |= MessageDigest.isEqual(known, hash);
    }
    return found;
  }

  private static byte[] sha256(String key) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
