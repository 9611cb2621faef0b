/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.keys;

import java.util.List;
import java.util.Optional;

/**
 * Where subjects' keys are kept: outside of every log, because a log can't forget. Safe for use by
 * any thread, and by several processes at once.
 */
public interface KeyStore {

  /** Returns a store that neither has keys nor makes any. */
  static KeyStore none() {
    return NoKeys.INSTANCE;
  }

  /**
   * Returns the subject's key, creating it durably on first use.
   *
   * @throws SubjectErasedException when the key was destroyed: a subject never gets another one
   * @throws KeyStoreException when the store can't be read or written, or its keys not unwrapped
   */
  DataKey keyFor(String subject);

  /**
   * Returns the key under which a subject's text was sealed; empty when it was destroyed, or never
   * was in this store.
   *
   * @throws KeyStoreException when the store can't be read, or its keys not unwrapped
   */
  Optional<DataKey> find(String subject, String keyId);

  /**
   * Destroys the subject's key for good, durably when it returns, and remembers that it did. A
   * subject without a key will never get one. Doing it again changes nothing.
   *
   * @throws KeyStoreException when the store can't be written
   */
  void destroy(String subject);

  /** Returns whether the subject's key was destroyed. */
  boolean isErased(String subject);

  /**
   * Returns what the store knows of each subject, by subject; never a key.
   *
   * @throws KeyStoreException when the store can't be read
   */
  List<KeyEntry> list();
}
