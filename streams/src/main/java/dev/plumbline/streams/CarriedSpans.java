/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.Completion;
import dev.plumbline.events.Limits;
import dev.plumbline.events.MarkedSpan;
import dev.plumbline.judgement.SpanBelief;
import dev.plumbline.judgement.SpanMarking;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the standing marks on one candidate add up to, and every example with the candidate carries:
 * a pure function of the marks and the length of the text.
 *
 * @param spans the marked spans, at most {@link Limits#MAX_MARKED_SPANS}
 * @param marks the marks that they rest on, by event id
 */
record CarriedSpans(List<MarkedSpan> spans, List<SpanMark> marks) {
  /** Nothing is marked. */
  static final CarriedSpans NONE = new CarriedSpans(List.of(), List.of());

  /** Returns what examples carry of a candidate; nothing before the candidate has arrived. */
  static CarriedSpans of(
      PreferenceState known, String itemId, String candidateId, SpanMarks marks) {
    List<SpanMark> standing = marks.standingOn(candidateId);
    Optional<Completion> completion =
        standing.isEmpty() ? Optional.empty() : known.completion(itemId, candidateId);
    return completion.map(text -> of(standing, text.lengthChars())).orElse(NONE);
  }

  /** Returns what examples carry of a candidate with the given standing marks and length. */
  static CarriedSpans of(List<SpanMark> standing, int lengthChars) {
    List<SpanMark> inText =
        standing.stream()
            .filter(mark -> mark.about().endChar() <= lengthChars)
            .filter(mark -> mark.weighing().counts())
            .toList();
    List<MarkedSpan> spans =
        SpanBelief.of(inText.stream().map(CarriedSpans::marking).toList(), Limits.MAX_MARKED_SPANS)
            .stream()
            .map(
                belief ->
                    new MarkedSpan(belief.startChar(), belief.endChar(), belief.strengthPpm()))
            .toList();
    Set<Place> places =
        spans.stream()
            .map(span -> new Place(span.startChar(), span.endChar()))
            .collect(Collectors.toSet());
    return new CarriedSpans(
        spans, inText.stream().filter(mark -> places.contains(Place.of(mark))).toList());
  }

  /** Where a span lies. */
  private record Place(int startChar, int endChar) {
    static Place of(SpanMark mark) {
      return new Place(mark.about().startChar(), mark.about().endChar());
    }
  }

  private static SpanMarking marking(SpanMark mark) {
    return new SpanMarking(
        mark.about().startChar(),
        mark.about().endChar(),
        mark.strengthPpm(),
        mark.weighing().trustPpm());
  }
}
