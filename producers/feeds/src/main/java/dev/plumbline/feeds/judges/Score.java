/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a judge thinks of one candidate.
 *
 * @param candidateId the candidate
 * @param value the score, finite
 * @param spread standard deviation within the judge, if it has one
 * @param prefixes scores of the candidate cut after its first 0, 1, ... T of T tokens, the last of
 *     them {@code value}; empty where only the whole was scored
 */
public record Score(
    String candidateId, double value, @Nullable Double spread, List<Float> prefixes) {
  public Score {
    prefixes = List.copyOf(prefixes);
  }

  static Score of(String candidateId, double value) {
    return new Score(candidateId, value, null, List.of());
  }

  /**
   * A score with those of all prefixes.
   *
   * @param prefixes at least one
   */
  static Score ofPrefixes(String candidateId, double[] prefixes) {
    List<Float> floats = new ArrayList<>();
    for (double prefix : prefixes) {
      floats.add((float) prefix);
    }
    return new Score(candidateId, floats.getLast(), null, floats);
  }
}
