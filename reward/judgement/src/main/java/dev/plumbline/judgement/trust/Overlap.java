/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement.trust;

import java.util.Comparator;

/**
 * Two annotators answered one question: who spoke first, and what both said.
 *
 * @param alphabet name of the question's alphabet
 * @param earlier who spoke first
 * @param later who spoke after that
 * @param earlierVerdict what the first one said
 * @param laterVerdict what the other one said
 */
public record Overlap(
    String alphabet, String earlier, String later, int earlierVerdict, int laterVerdict)
    implements Comparable<Overlap> {
  private static final Comparator<Overlap> ORDER =
      Comparator.comparing(Overlap::alphabet)
          .thenComparing(Overlap::earlier)
          .thenComparing(Overlap::later)
          .thenComparingInt(Overlap::earlierVerdict)
          .thenComparingInt(Overlap::laterVerdict);

  public Overlap {
    if (earlier.equals(later)) {
      throw new IllegalArgumentException(
          "two annotators must differ to overlap, but both were " + earlier);
    }
  }

  @Override
  public int compareTo(Overlap other) {
    return ORDER.compare(this, other);
  }
}
