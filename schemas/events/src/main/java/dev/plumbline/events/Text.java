/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import java.nio.charset.StandardCharsets;

/** What a person or a policy wrote: readable, or sealed under a key that can be destroyed. */
public sealed interface Text {

  /** Returns its size in bytes: of the readable text in UTF-8, or of what is sealed. */
  int sizeBytes();

  /** Returns the readable text; sealed text must be opened by whoever holds its key. */
  static Text plain(String text) {
    return new Plain(text);
  }

  /**
   * Readable text.
   *
   * @param text the characters, at most {@link Limits#MAX_TEXT_BYTES} bytes in UTF-8
   */
  record Plain(String text) implements Text {
    public Plain {
      Limits.requireText(text);
    }

    @Override
    public int sizeBytes() {
      return text.getBytes(StandardCharsets.UTF_8).length;
    }
  }

  /**
   * Text encrypted for one subject; destroying the key erases it from every copy of the log.
   *
   * @param subject whose text it is (a random pseudonym)
   * @param keyId the key that opens it
   * @param nonce the nonce of the cipher
   * @param ciphertext the encrypted UTF-8 bytes, of a completion its tokens too, with their
   *     authentication tag
   */
  record Sealed(String subject, String keyId, Bytes nonce, Bytes ciphertext) implements Text {
    @Override
    public int sizeBytes() {
      return ciphertext.length();
    }
  }
}
