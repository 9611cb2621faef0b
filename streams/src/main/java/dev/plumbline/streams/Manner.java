/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.Annotator;
import dev.plumbline.events.AnnotatorKind;
import dev.plumbline.events.Answer;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Statement;
import dev.plumbline.judgement.trust.CountedVote;
import org.jspecify.annotations.Nullable;

/**
 * How an answer was given, beside what it says.
 *
 * @param place where the preferred one of two candidates was shown, if one was preferred
 * @param length how long its text was beside the other, where that is known and differs
 * @param sixtieth of the epoch in which it was accepted; absent where the pace says nothing, as
 *     that of a program
 */
record Manner(
    CountedVote.@Nullable Place place,
    CountedVote.@Nullable Length length,
    @Nullable Integer sixtieth) {

  static Manner of(FeedbackEvent event, long epoch, Epochs epochs) {
    Annotator annotator = event.annotator();
    boolean hasPace = annotator.kind() == AnnotatorKind.HUMAN && !annotator.simulated();
    Integer sixtieth = hasPace ? epochs.sixtieth(event.acceptedAt(), epoch) : null;
    return event.statement() instanceof Statement.Comparison comparison
        ? new Manner(place(comparison.answer()), length(comparison), sixtieth)
        : new Manner(null, null, sixtieth);
  }

  private static CountedVote.@Nullable Place place(Answer answer) {
    return switch (answer) {
      case A -> CountedVote.Place.FIRST;
      case B -> CountedVote.Place.SECOND;
      case TIE, BOTH_BAD, CANT_TELL -> null;
    };
  }

  private static CountedVote.@Nullable Length length(Statement.Comparison comparison) {
    CountedVote.Place place = place(comparison.answer());
    Integer a = comparison.lengthCharsA();
    Integer b = comparison.lengthCharsB();
    if (place == null || a == null || b == null || a.equals(b)) {
      return null;
    }
    return (a > b) == (place == CountedVote.Place.FIRST)
        ? CountedVote.Length.LONGER
        : CountedVote.Length.SHORTER;
  }
}
