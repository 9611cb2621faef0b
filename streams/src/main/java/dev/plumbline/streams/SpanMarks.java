/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All marks on the candidates of one item. Everything it says depends on the set of marks alone.
 */
final class SpanMarks {
  private final List<SpanMark> marks;
  private final Map<SpanMark.About, SpanMark> latest = new HashMap<>();

  private SpanMarks(Collection<SpanMark> marks) {
    this.marks = marks.stream().sorted(Comparator.comparing(SpanMark::eventId)).toList();
    for (SpanMark mark : this.marks) {
      latest.merge(
          mark.about(),
          mark,
          (one, other) -> SpanMark.AS_SAID.compare(one, other) > 0 ? one : other);
    }
  }

  static SpanMarks of(Collection<SpanMark> marks) {
    return new SpanMarks(marks);
  }

  /** Returns these marks with one more, in place of an earlier one of the same event. */
  SpanMarks with(SpanMark mark) {
    List<SpanMark> all = new ArrayList<>(marks);
    all.removeIf(known -> known.eventId().equals(mark.eventId()));
    all.add(mark);
    return new SpanMarks(all);
  }

  /** Returns whether nobody has marked anything. */
  boolean isEmpty() {
    return marks.isEmpty();
  }

  /** Returns the candidates that were marked. */
  List<String> candidateIds() {
    return marks.stream().map(mark -> mark.about().candidateId()).distinct().sorted().toList();
  }

  /** Returns whether the mark is its annotator's last word on its span and label. */
  boolean stands(SpanMark mark) {
    return mark.equals(latest.get(mark.about()));
  }

  /** Returns all marks on a candidate, by event id. */
  List<SpanMark> on(String candidateId) {
    return marks.stream().filter(mark -> mark.about().candidateId().equals(candidateId)).toList();
  }

  /** Returns the standing marks on a candidate, by event id. */
  List<SpanMark> standingOn(String candidateId) {
    return on(candidateId).stream().filter(this::stands).toList();
  }

  /** Returns the mark that comes right before {@code mark}, which supersedes it. */
  Optional<SpanMark> before(SpanMark mark) {
    return marks.stream()
        .filter(other -> other.about().equals(mark.about()))
        .filter(other -> SpanMark.AS_SAID.compare(other, mark) < 0)
        .max(SpanMark.AS_SAID);
  }
}
