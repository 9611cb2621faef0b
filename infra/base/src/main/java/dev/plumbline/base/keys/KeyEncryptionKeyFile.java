/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.keys;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The file of the key-encryption key. While keys are being wrapped anew it holds the new one before
 * the old one.
 */
final class KeyEncryptionKeyFile {
  private final Path path;

  KeyEncryptionKeyFile(Path path) {
    this.path = path;
  }

  /**
   * @throws KeyStoreException when there is none, or the file holds anything else
   */
  List<KeyEncryptionKey> read() {
    try {
      return KeyEncryptionKey.parse(
          Files.readString(path, StandardCharsets.US_ASCII), path.toString());
    } catch (NoSuchFileException e) {
      throw new KeyStoreException(
          "the key-encryption key file %s is missing: restore it, or name the one that the keys were made with"
              .formatted(path),
          e);
    } catch (IOException e) {
      throw new KeyStoreException(
          "the key-encryption key file %s can't be read (%s)".formatted(path, e), e);
    }
  }

  void createIfAbsent() throws IOException {
    if (!Files.exists(path)) {
      DurableFiles.createFolder(path.toAbsolutePath().getParent());
      write(List.of(KeyEncryptionKey.create()));
    }
  }

  /** Puts a new key before the one there is, unless a rotation was begun and not ended. */
  void beginRotation() throws IOException {
    List<KeyEncryptionKey> keys = read();
    if (keys.size() == 1) {
      write(Stream.concat(Stream.of(KeyEncryptionKey.create()), keys.stream()).toList());
    }
  }

  /** Leaves only the newest key; nothing may be wrapped by another any more. */
  void endRotation() throws IOException {
    Path old = path.resolveSibling(path.getFileName() + DurableFiles.SHRED_SUFFIX);
    List<KeyEncryptionKey> keys = read();
    DurableFiles.setAside(path, old);
    write(keys.subList(0, 1));
    DurableFiles.shred(old);
  }

  private void write(List<KeyEncryptionKey> keys) throws IOException {
    String text =
        keys.stream().map(KeyEncryptionKey::hex).collect(Collectors.joining("\n", "", "\n"));
    DurableFiles.write(path, text.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
