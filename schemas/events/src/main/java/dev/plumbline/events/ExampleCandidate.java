/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A candidate as an example carries it.
 *
 * @param candidateId its id
 * @param text its text; empty for a segment
 * @param version the policy version that gave it; absent for answers from elsewhere
 * @param spans the marked spans of its text, by start and end, each once; at most {@link
 *     Limits#MAX_MARKED_SPANS}. They may overlap
 * @param segment the piece of recorded behaviour that it is; absent for text
 */
public record ExampleCandidate(
    String candidateId,
    Text text,
    @Nullable PolicyVersionId version,
    List<MarkedSpan> spans,
    @Nullable TrajectorySegment segment) {
  private static final Comparator<MarkedSpan> BY_PLACE =
      Comparator.comparingInt(MarkedSpan::startChar).thenComparingInt(MarkedSpan::endChar);

  public ExampleCandidate {
    Limits.requireId("candidateId", candidateId);
    spans = List.copyOf(spans);
    if (segment != null
        && !(segment.candidateId().equals(candidateId)
            && spans.isEmpty()
            && text.equals(Text.plain("")))) {
      throw new IllegalArgumentException(
          "candidate %s is segment %s, so it has that id, and neither text nor marked spans"
              .formatted(candidateId, segment.candidateId()));
    }
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

  /** A candidate that is text. */
  public ExampleCandidate(
      String candidateId, Text text, @Nullable PolicyVersionId version, List<MarkedSpan> spans) {
    this(candidateId, text, version, spans, null);
  }

  /** Returns this candidate with other words for its text: sealed or opened. */
  public ExampleCandidate with(Text other) {
    return new ExampleCandidate(candidateId, other, version, spans, segment);
  }

  /** A candidate that is a piece of recorded behaviour. */
  public static ExampleCandidate of(TrajectorySegment segment) {
    return new ExampleCandidate(segment.candidateId(), Text.plain(""), null, List.of(), segment);
  }

  /** A candidate of whose text nothing is marked. */
  public ExampleCandidate(String candidateId, Text text, @Nullable PolicyVersionId version) {
    this(candidateId, text, version, List.of());
  }
}
