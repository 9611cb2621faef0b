/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement;

/** A line from 0 to a million, cut in proportion to parts; the pieces add up exactly. */
final class Cuts {
  private Cuts() {}

  static int[] of(long[] parts) {
    long total = 0;
    for (long part : parts) {
      total += part;
    }
    int[] pieces = new int[parts.length];
    long sum = 0;
    int from = 0;
    for (int p = 0; p < parts.length; p++) {
      sum += parts[p];
      int to = Trust.shareOf(sum, total);
      pieces[p] = to - from;
      from = to;
    }
    return pieces;
  }
}
