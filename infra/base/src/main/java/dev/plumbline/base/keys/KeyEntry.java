/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.keys;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a key store tells of a subject's key.
 *
 * @param subject whose key it is, or was
 * @param keyId the key; absent once it is destroyed
 * @param wrappedBy the key-encryption key that protects it; absent once it is destroyed
 * @param at when it was created, or destroyed
 */
public record KeyEntry(
    String subject, @Nullable String keyId, @Nullable String wrappedBy, Instant at) {

  /** Whether the key was destroyed. */
  public boolean isErased() {
    return keyId == null;
  }
}
