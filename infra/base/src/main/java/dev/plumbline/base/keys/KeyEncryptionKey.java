/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.keys;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** A key that encrypts data keys: AES-256 in Galois/Counter Mode with random nonces. */
final class KeyEncryptionKey {
  private static final int BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final int ID_CHARS = 16;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final byte[] bytes;
  private final String id;

  private KeyEncryptionKey(byte[] bytes) {
    this.bytes = bytes;
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update("plumbline key-encryption key".getBytes(StandardCharsets.US_ASCII));
      this.id = HexFormat.of().formatHex(digest.digest(bytes)).substring(0, ID_CHARS);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  static KeyEncryptionKey create() {
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return new KeyEncryptionKey(bytes);
  }

  /**
   * Reads keys, one per line or between commas, the newest first.
   *
   * @param origin where the text is from, for messages
   */
  static List<KeyEncryptionKey> parse(String text, String origin) {
    List<KeyEncryptionKey> keys = new ArrayList<>();
    for (String part : text.split("[\\s,]+")) {
      if (part.isEmpty()) {
        continue;
      }
      byte[] bytes;
      try {
        bytes = HexFormat.of().parseHex(part);
      } catch (IllegalArgumentException e) {
        throw malformed(origin, part.length());
      }
      if (bytes.length != BYTES) {
        throw malformed(origin, part.length());
      }
      keys.add(new KeyEncryptionKey(bytes));
    }
    if (keys.isEmpty()) {
      throw new KeyStoreException(
          "%s holds no key-encryption key: expected %d hexadecimal digits"
              .formatted(origin, 2 * BYTES));
    }
    return List.copyOf(keys);
  }

  /** The value is left out of the message: it is a secret, however wrong. */
  private static KeyStoreException malformed(String origin, int chars) {
    return new KeyStoreException(
        "%s holds no key-encryption key: expected %d hexadecimal digits, but found %d characters"
            .formatted(origin, 2 * BYTES, chars));
  }

  /** Says which key it is without giving it away. */
  String id() {
    return id;
  }

  String hex() {
    return HexFormat.of().formatHex(bytes);
  }

  byte[] encrypt(byte[] plain, byte[] context) {
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, context).doFinal(plain);
      byte[] out = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
      System.arraycopy(sealed, 0, out, NONCE_BYTES, sealed.length);
      return out;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES/GCM", e);
    }
  }

  /**
   * @throws GeneralSecurityException when the bytes are not what was encrypted in this context
   */
  byte[] decrypt(byte[] encrypted, byte[] context) throws GeneralSecurityException {
    if (encrypted.length < NONCE_BYTES) {
      throw new GeneralSecurityException("too short: %d bytes".formatted(encrypted.length));
    }
    byte[] nonce = Arrays.copyOf(encrypted, NONCE_BYTES);
    return cipher(Cipher.DECRYPT_MODE, nonce, context)
        .doFinal(encrypted, NONCE_BYTES, encrypted.length - NONCE_BYTES);
  }

  private Cipher cipher(int mode, byte[] nonce, byte[] context) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(bytes, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(context);
    return cipher;
  }

  @Override
  public String toString() {
    return "key-encryption key " + id;
  }
}
