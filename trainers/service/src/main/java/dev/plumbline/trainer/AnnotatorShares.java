/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import java.math.BigInteger;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Bounds the share that one annotator has in the weight of a slice.
 *
 * <p>The weight of an example belongs to its annotators in equal parts. What an annotator has of
 * all examples is cut to a level, the same for all who are above it, at which nobody has more than
 * the share of what remains (water-filling). Where fewer than 1 / share annotators spoke, a share
 * that all of them can keep is that of an equal division, and it bounds them instead. Examples
 * whose annotators are not named count towards the total and are never cut.
 *
 * <p>Sums and level are integers, so that the order of examples leaves no trace.
 */
final class AnnotatorShares {
  private static final long PPM = 1_000_000;

  /**
   * An example as far as shares go.
   *
   * @param weightPpm its weight
   * @param annotatorIds who spoke, each once, sorted
   */
  record Spoken(long weightPpm, List<String> annotatorIds) {
    /** What of the weight belongs to each annotator, in trillionths of a full weight. */
    private long part() {
      return weightPpm * PPM / Math.max(1, annotatorIds.size());
    }
  }

  private final Map<String, Long> parts;
  private final long unnamed;
  private final long level;

  private AnnotatorShares(Map<String, Long> parts, long unnamed, long level) {
    this.parts = parts;
    this.unnamed = unnamed;
    this.level = level;
  }

  /**
   * @param sharePpm the share, parts per million; at least 1000
   */
  static AnnotatorShares of(Collection<Spoken> examples, long sharePpm) {
    Map<String, Long> parts = new TreeMap<>();
    long unnamed = 0;
    for (Spoken example : examples) {
      if (example.annotatorIds().isEmpty()) {
        unnamed += example.part();
      }
      for (String annotator : example.annotatorIds()) {
        parts.merge(annotator, example.part(), Long::sum);
      }
    }
    return new AnnotatorShares(parts, unnamed, level(parts.values(), unnamed, sharePpm));
  }

  /**
   * With the m largest parts cut to a level t, everybody has at most the share s where t = s (rest
   * + m t), so that t = s rest / (1 - m s). The least m whose level the next part does not exceed
   * is the answer.
   */
  private static long level(Collection<Long> parts, long unnamed, long sharePpm) {
    List<Long> falling =
        parts.stream().filter(part -> part > 0).sorted((a, b) -> Long.compare(b, a)).toList();
    int speakers = falling.size();
    if (speakers == 0) {
      return 0;
    }
    long equal = unnamed > 0 ? 0 : (PPM + speakers - 1) / speakers;
    long share = Math.max(sharePpm, equal);
    long rest = unnamed + falling.stream().mapToLong(Long::longValue).sum();
    for (int cut = 0; cut < speakers; cut++) {
      long level = quotient(share, rest, PPM - cut * share);
      if (falling.get(cut) <= level) {
        return level;
      }
      rest -= falling.get(cut);
    }
    return quotient(share, rest, PPM - speakers * share);
  }

  private static long quotient(long share, long rest, long divisor) {
    return BigInteger.valueOf(share)
        .multiply(BigInteger.valueOf(rest))
        .divide(BigInteger.valueOf(divisor))
        .longValueExact();
  }

  /** What an example keeps of its weight: the mean of what its annotators keep of theirs. */
  double factor(Spoken example) {
    if (example.annotatorIds().isEmpty()) {
      return 1;
    }
    double sum = 0;
    for (String annotator : example.annotatorIds()) {
      long part = parts.get(annotator);
      sum += part <= level ? 1 : (double) level / part;
    }
    return sum / example.annotatorIds().size();
  }

  /** How many annotators have less than they would without the bound. */
  long capped() {
    return parts.values().stream().filter(part -> part > level).count();
  }

  /** The largest share of an annotator as it was. */
  double largestShareBefore() {
    long total = total();
    return total == 0
        ? 0
        : (double) parts.values().stream().mapToLong(Long::longValue).max().orElse(0) / total;
  }

  /** What is left of the weight of the slice. */
  double kept() {
    long total = total();
    long after = unnamed + parts.values().stream().mapToLong(part -> Math.min(part, level)).sum();
    return total == 0 ? 1 : (double) after / total;
  }

  private long total() {
    return unnamed + parts.values().stream().mapToLong(Long::longValue).sum();
  }
}
