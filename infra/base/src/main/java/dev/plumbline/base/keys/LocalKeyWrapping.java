/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.keys;

import dev.plumbline.base.keys.KeyFile.Wrapped;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Wraps under keys that this process holds, the newest of them. Reads them again when it meets a
 * key that an unknown one has wrapped, so that a rotation elsewhere is followed.
 */
final class LocalKeyWrapping implements KeyWrapping {
  private final Supplier<List<KeyEncryptionKey>> source;
  private final String origin;
  private volatile List<KeyEncryptionKey> keys = List.of();

  /**
   * @param source the keys as they are now, the newest first
   * @param origin where they are from, for messages
   */
  LocalKeyWrapping(Supplier<List<KeyEncryptionKey>> source, String origin) {
    this.source = source;
    this.origin = origin;
  }

  @Override
  public String current() {
    return newest().id();
  }

  @Override
  public Wrapped wrap(byte[] dataKey, byte[] context) {
    KeyEncryptionKey key = newest();
    return Wrapped.of(key.id(), key.encrypt(dataKey, context));
  }

  @Override
  public byte[] unwrap(Wrapped wrapped, byte[] context) {
    Optional<KeyEncryptionKey> known = known(wrapped.by());
    if (known.isEmpty()) {
      refresh();
      known = known(wrapped.by());
    }
    KeyEncryptionKey key =
        known.orElseThrow(
            () ->
                new KeyStoreException(
                    "a key is wrapped by key-encryption key %s, but %s holds only %s: give the key-encryption key that the keys were made with"
                        .formatted(wrapped.by(), origin, ids())));
    try {
      return key.decrypt(wrapped.bytes(), context);
    } catch (GeneralSecurityException e) {
      throw new KeyStoreException(
          "a key that %s has wrapped can't be unwrapped: its file was damaged or moved"
              .formatted(key),
          e);
    }
  }

  @Override
  public void refresh() {
    keys = source.get();
  }

  private KeyEncryptionKey newest() {
    if (keys.isEmpty()) {
      refresh();
    }
    return keys.getFirst();
  }

  private Optional<KeyEncryptionKey> known(String id) {
    return keys.stream().filter(key -> key.id().equals(id)).findFirst();
  }

  private List<String> ids() {
    return keys.stream().map(KeyEncryptionKey::id).toList();
  }
}
