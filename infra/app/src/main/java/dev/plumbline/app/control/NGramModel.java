/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.control;

import java.util.Arrays;
import java.util.List;

/**
 * The independent judge of fluency: an n-gram model of token ids with interpolated Kneser-Ney
 * smoothing.
 *
 * <pre>
 *   p_n(w | h) = max(c(h w) - d, 0) / c(h .) + d N(h .) / c(h .) p_(n-1)(w | h')
 * </pre>
 *
 * <p>c counts occurrences at the highest order and different predecessors below it, N different
 * followers, d = n_1 / (n_1 + 2 n_2) at each order; below one word stands the uniform distribution.
 *
 * <p>Source: Kneser and Ney, ICASSP 1995, in the interpolated form of Chen and Goodman (Computer
 * Speech and Language 13, 1999), section 2.7.
 */
final class NGramModel {
  private final int order;
  private final int vocabulary;
  private final int bits;
  private final int start;
  private final Level[] levels;

  /** All k-grams: their keys, sorted, so that those of one context are neighbours. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Level(long[] keys, long[] counts, double discount) {

    static Level of(long[] sorted) {
      long[] keys = new long[sorted.length];
      long[] counts = new long[sorted.length];
      int distinct = 0;
      for (int i = 0; i < sorted.length; i++) {
        if (i == 0 || sorted[i] != sorted[i - 1]) {
          keys[distinct++] = sorted[i];
        }
        counts[distinct - 1]++;
      }
      double ones = 0;
      double twos = 0;
      for (int i = 0; i < distinct; i++) {
        ones += counts[i] == 1 ? 1 : 0;
        twos += counts[i] == 2 ? 1 : 0;
      }
      double discount = ones + twos == 0 ? 0.5 : ones / (ones + 2 * twos);
      return new Level(Arrays.copyOf(keys, distinct), Arrays.copyOf(counts, distinct), discount);
    }

    /** Where a key stands, or would. */
    int place(long key) {
      int found = Arrays.binarySearch(keys, key);
      return found < 0 ? -found - 1 : found;
    }
  }

  private NGramModel(int order, int vocabulary, int bits, int start, Level[] levels) {
    this.order = order;
    this.vocabulary = vocabulary;
    this.bits = bits;
    this.start = start;
    this.levels = levels;
  }

  /**
   * Counts texts.
   *
   * @param texts token ids of each, without the start
   * @param order n; n ids must fit into 63 bits
   * @param vocabulary number of ids
   * @param start id that stands before every text
   */
  static NGramModel learn(List<int[]> texts, int order, int vocabulary, int start) {
    int bits = Math.max(1, 32 - Integer.numberOfLeadingZeros(vocabulary - 1));
    if (order < 1 || order * bits > 63) {
      throw new IllegalArgumentException(
          "the order must be 1 to %d for %d ids, but was %d"
              .formatted(63 / bits, vocabulary, order));
    }
    long[] grams = new long[texts.stream().mapToInt(text -> text.length).sum()];
    int count = 0;
    for (int[] text : texts) {
      long key = 0;
      for (int i = 0; i < order; i++) {
        key = (key << bits) | start;
      }
      for (int id : text) {
        key = ((key << bits) | id) & mask(order, bits);
        grams[count++] = key;
      }
    }
    Level[] levels = new Level[order + 1];
    for (int k = order; k > 0; k--) {
      Arrays.sort(grams);
      levels[k] = Level.of(grams);
      // different predecessors: the first id of each different k-gram goes
      grams = levels[k].keys().clone();
      for (int i = 0; i < grams.length; i++) {
        grams[i] &= mask(k - 1, bits);
      }
    }
    return new NGramModel(order, vocabulary, bits, start, levels);
  }

  /** The last {@code ids} ids of a key. */
  private static long mask(int ids, int bits) {
    return (1L << (ids * bits)) - 1;
  }

  /**
   * Log-probabilities of a text's last tokens.
   *
   * @param ids of the text, without the start
   * @param from first token that is asked about; those before are read
   * @return their sum, in nats
   */
  double logProb(int[] ids, int from) {
    double sum = 0;
    for (int t = from; t < ids.length; t++) {
      long context = 0;
      for (int back = order - 1; back > 0; back--) {
        context = (context << bits) | (t - back < 0 ? start : ids[t - back]);
      }
      sum += Math.log(prob(context, ids[t], order));
    }
    return sum;
  }

  private double prob(long context, int id, int k) {
    if (k == 0) {
      return 1.0 / vocabulary;
    }
    Level level = levels[k];
    long shorter = context & mask(k - 1, bits);
    int from = level.place(shorter << bits);
    int to = level.place((shorter + 1) << bits);
    double total = 0;
    double own = 0;
    for (int i = from; i < to; i++) {
      total += level.counts()[i];
      own = level.keys()[i] == ((shorter << bits) | id) ? level.counts()[i] : own;
    }
    double below = prob(context, id, k - 1);
    return total == 0
        ? below
        : (Math.max(own - level.discount(), 0) + level.discount() * (to - from) * below) / total;
  }
}
