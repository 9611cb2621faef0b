/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.keys;

import java.util.List;
import java.util.Optional;

/** No keys: nothing that is somebody's can be written, nothing sealed be read. */
enum NoKeys implements KeyStore {
  INSTANCE;

  @Override
  public DataKey keyFor(String subject) {
    throw new KeyStoreException(
        "text of subject %s can't be sealed, because this role was given no key store"
            .formatted(subject));
  }

  @Override
  public Optional<DataKey> find(String subject, String keyId) {
    return Optional.empty();
  }

  @Override
  public void destroy(String subject) {
    throw new KeyStoreException(
        "the key of subject %s can't be destroyed, because this role was given no key store"
            .formatted(subject));
  }

  @Override
  public boolean isErased(String subject) {
    return false;
  }

  @Override
  public List<KeyEntry> list() {
    return List.of();
  }
}
