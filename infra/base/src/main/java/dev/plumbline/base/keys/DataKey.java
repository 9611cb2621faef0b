/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.keys;

import java.util.Arrays;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key of one subject: one half for the cipher, the other for what the cipher's nonces are
 * derived with. Never prints itself.
 */
public final class DataKey {
  static final int BYTES = 64;

  private final String subject;
  private final String keyId;
  private final byte[] bytes;

  DataKey(String subject, String keyId, byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException(
          "a data key has %d bytes, but this one has %d".formatted(BYTES, bytes.length));
    }
    this.subject = subject;
    this.keyId = keyId;
    this.bytes = bytes.clone();
  }

  /** Whose key it is. */
  public String subject() {
    return subject;
  }

  /** Its id: random, and no secret. */
  public String keyId() {
    return keyId;
  }

  /** The half for AES-256. */
  public SecretKey cipherKey() {
    return new SecretKeySpec(bytes, 0, BYTES / 2, "AES");
  }

  /** The half for HMAC-SHA-256. */
  public SecretKey nonceKey() {
    return new SecretKeySpec(bytes, BYTES / 2, BYTES / 2, "HmacSHA256");
  }

  byte[] bytes() {
    return Arrays.copyOf(bytes, bytes.length);
  }

  @Override
  public String toString() {
    return "key " + keyId + " of " + subject;
  }
}
