/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.kafka.sealing;

import dev.plumbline.events.Text;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What is sealed: a text, and with a completion the tokens it was sampled as, because whoever has
 * the tokenizer reads them like the text, and whoever has the model might guess them from their
 * log-probabilities. The record keeps as many zeros, so that it still tells how many there were.
 *
 * <p>The bytes are the text in UTF-8; where there are tokens, then FF, which UTF-8 never has, their
 * ids and their log-probabilities, four bytes each.
 *
 * @param text the readable text
 * @param tokenIds its tokens; empty where there are none
 * @param tokenLogProbs the log-probabilities of the tokens; empty where there are none
 */
record SealedContent(String text, List<Integer> tokenIds, List<Float> tokenLogProbs) {
  private static final byte END_OF_TEXT = (byte) 0xFF;

  static SealedContent of(String text) {
    return new SealedContent(text, List.of(), List.of());
  }

  byte[] toBytes() {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    if (tokenIds.isEmpty()) {
      return utf8;
    }
    ByteBuffer bytes =
        ByteBuffer.allocate(
            utf8.length + 1 + Integer.BYTES * tokenIds.size() + Float.BYTES * tokenLogProbs.size());
    bytes.put(utf8).put(END_OF_TEXT);
    tokenIds.forEach(bytes::putInt);
    tokenLogProbs.forEach(bytes::putFloat);
    return bytes.array();
  }

  /**
   * @param tokens how many ids the record told of
   * @param logProbs how many log-probabilities
   */
  static SealedContent parse(byte[] bytes, int tokens, int logProbs) {
    int end = bytes.length;
    List<Integer> ids = new ArrayList<>(tokens);
    List<Float> probs = new ArrayList<>(logProbs);
    if (tokens > 0) {
      end -= 1 + Integer.BYTES * tokens + Float.BYTES * logProbs;
      if (end < 0 || bytes[end] != END_OF_TEXT) {
        throw new IllegalArgumentException(
            "%d tokens were announced, but others were sealed".formatted(tokens));
      }
      ByteBuffer rest = ByteBuffer.wrap(bytes, end + 1, bytes.length - end - 1);
      for (int i = 0; i < tokens; i++) {
        ids.add(rest.getInt());
      }
      for (int i = 0; i < logProbs; i++) {
        probs.add(rest.getFloat());
      }
    }
    return new SealedContent(new String(bytes, 0, end, StandardCharsets.UTF_8), ids, probs);
  }

  /** The text alone, whatever else was sealed with it. */
  static Text textOf(byte[] bytes) {
    int end = 0;
    while (end < bytes.length && bytes[end] != END_OF_TEXT) {
      end++;
    }
    return Text.plain(new String(bytes, 0, end, StandardCharsets.UTF_8));
  }

  static List<Integer> blankIds(List<Integer> ids) {
    return Collections.nCopies(ids.size(), 0);
  }

  static List<Float> blankLogProbs(List<Float> logProbs) {
    return Collections.nCopies(logProbs.size(), 0f);
  }
}
