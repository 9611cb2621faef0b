/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.kafka.sealing;

import dev.plumbline.base.keys.DataKey;
import dev.plumbline.events.Bytes;
import dev.plumbline.events.Identity;
import dev.plumbline.events.Text;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;

/**
 * AES-256 in Galois/Counter Mode (NIST SP 800-38D). A seal is bound to its subject, its key and its
 * place: the item, and the candidate of the item.
 *
 * <p>The nonce is a keyed hash (HMAC-SHA-256) of the place and the text, so that the same text in
 * the same place is sealed to the same bytes, and a repeated delivery is seen to be one. Two
 * different texts share a nonce as rarely as with random ones. (A synthetic initialization vector,
 * as in Rogaway and Shrimpton, "Deterministic authenticated-encryption", 2006.)
 */
final class TextCipher {
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private TextCipher() {}

  /**
   * Where a text belongs.
   *
   * @param itemId the item
   * @param candidateId the candidate, empty for the prompt
   */
  record Place(String itemId, String candidateId) {
    static Place ofPrompt(String itemId) {
      return new Place(itemId, "");
    }

    private byte[] bound(String subject, String keyId) {
      return Identity.hash("sealed-text", subject, keyId, itemId, candidateId)
          .getBytes(StandardCharsets.US_ASCII);
    }
  }

  static Text.Sealed seal(DataKey key, Place place, byte[] content) {
    byte[] bound = place.bound(key.subject(), key.keyId());
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key.nonceKey());
      mac.update(bound);
      byte[] nonce = Arrays.copyOf(mac.doFinal(content), NONCE_BYTES);
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, key, nonce, bound).doFinal(content);
      return new Text.Sealed(key.subject(), key.keyId(), Bytes.of(nonce), Bytes.of(sealed));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES/GCM and HMAC-SHA-256", e);
    }
  }

  /**
   * @throws GeneralSecurityException when this is not what was sealed under the key for this place
   */
  static byte[] open(DataKey key, Place place, Text.Sealed sealed) throws GeneralSecurityException {
    byte[] bound = place.bound(sealed.subject(), sealed.keyId());
    return cipher(Cipher.DECRYPT_MODE, key, sealed.nonce().toArray(), bound)
        .doFinal(sealed.ciphertext().toArray());
  }

  private static Cipher cipher(int mode, DataKey key, byte[] nonce, byte[] bound)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key.cipherKey(), new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(bound);
    return cipher;
  }
}
