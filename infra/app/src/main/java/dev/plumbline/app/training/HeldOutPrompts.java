/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.training;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Which prompts are held out: those whose hash falls below the share. A prompt never stands on both
 * sides, and which side it stands on depends on nothing else; a larger share holds out the same
 * prompts and more.
 *
 * @param share of all prompts, in [0, 1)
 */
record HeldOutPrompts(double share) {
  private static final double TWO_TO_THE_63 = 0x1p63;

  boolean contains(String prompt) {
    long hash = ByteBuffer.wrap(sha256(prompt)).getLong() & Long.MAX_VALUE;
    return hash / TWO_TO_THE_63 < share;
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
