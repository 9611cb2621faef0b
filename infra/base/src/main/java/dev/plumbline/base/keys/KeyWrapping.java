/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.keys;

import dev.plumbline.base.keys.KeyFile.Wrapped;

/**
 * Encrypts data keys so that they can lie on a disk. The seam for a key-management service, which
 * wraps and unwraps without ever giving its own key away.
 */
interface KeyWrapping {
  /** The id of the key-encryption key that wraps now. */
  String current();

  /** Looks again which keys there are. */
  void refresh();

  /**
   * Wraps a data key under the current key-encryption key.
   *
   * @param context what the result is bound to: it unwraps with the same context only
   */
  Wrapped wrap(byte[] dataKey, byte[] context);

  /**
   * Unwraps what any known key-encryption key has wrapped.
   *
   * @throws KeyStoreException when the key-encryption key is not at hand, or the bytes are damaged
   */
  byte[] unwrap(Wrapped wrapped, byte[] context);
}
