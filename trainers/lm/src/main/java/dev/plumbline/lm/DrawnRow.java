/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import java.util.Arrays;

/** One row while it is drawn. Mutable, of the thread that samples. */
final class DrawnRow {
  private final int[] prompt;
  private final long noiseKey;
  private final int limit;
  private final int[] ids;
  private final double[] logProbs;
  private int length;
  private boolean stopped;

  /**
   * @param limit longest completion
   */
  DrawnRow(int[] prompt, long noiseKey, int limit) {
    this.prompt = prompt;
    this.noiseKey = noiseKey;
    this.limit = limit;
    this.ids = new int[limit];
    this.logProbs = new double[limit];
  }

  int[] prompt() {
    return prompt;
  }

  long noiseKey() {
    return noiseKey;
  }

  int limit() {
    return limit;
  }

  /** Number of tokens drawn. */
  int length() {
    return length;
  }

  /** Number of tokens of prompt and completion. */
  int tokens() {
    return prompt.length + length;
  }

  boolean running() {
    return !stopped && length < limit;
  }

  /** Appends a token; one that ends texts ends the row. */
  void append(int id, double logProb, Endings endings) {
    ids[length] = id;
    logProbs[length] = logProb;
    length++;
    stopped = endings.isEnd(id);
  }

  /** Ends the row with the token that completes a stop sequence, if one after {@code from} does. */
  void cutAtStopSequence(int from, Endings endings) {
    if (!endings.holdsStopSequence(ids())) {
      return;
    }
    int shortest = from + 1;
    while (!endings.holdsStopSequence(Arrays.copyOf(ids, shortest))) {
      shortest++;
    }
    length = shortest;
    stopped = true;
  }

  int[] ids() {
    return Arrays.copyOf(ids, length);
  }

  double[] logProbs() {
    return Arrays.copyOf(logProbs, length);
  }

  FinishReason finishReason() {
    return stopped ? FinishReason.STOP : FinishReason.LENGTH;
  }
}
