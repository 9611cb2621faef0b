/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A candidate as an example carries it.
 *
 * @param candidateId its id
 * @param text its text
 * @param version the policy version that gave it; absent for answers from elsewhere
 * @param spans the marked spans of its text, by start and end, each once; at most {@link
 *     Limits#MAX_MARKED_SPANS}. They may overlap
 */
public record ExampleCandidate(
    String candidateId, Text text, @Nullable PolicyVersionId version, List<MarkedSpan> spans) {
  private static final Comparator<MarkedSpan> BY_PLACE =
      Comparator.comparingInt(MarkedSpan::startChar).thenComparingInt(MarkedSpan::endChar);

  public ExampleCandidate {
    Limits.requireId("candidateId", candidateId);
    spans = List.copyOf(spans);
    if (spans.size() > Limits.MAX_MARKED_SPANS) {
      throw new IllegalArgumentException(
          "a candidate carries at most %d marked spans, but had %d"
              .formatted(Limits.MAX_MARKED_SPANS, spans.size()));
    }
    for (int i = 1; i < spans.size(); i++) {
      if (BY_PLACE.compare(spans.get(i - 1), spans.get(i)) >= 0) {
        throw new IllegalArgumentException(
            "spans must be sorted by start and end, each once, but %s came before %s"
                .formatted(spans.get(i - 1), spans.get(i)));
      }
    }
  }

  /** A candidate of whose text nothing is marked. */
  public ExampleCandidate(String candidateId, Text text, @Nullable PolicyVersionId version) {
    this(candidateId, text, version, List.of());
  }
}
