/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway.live;

import dev.plumbline.events.Annotator;
import dev.plumbline.events.Answer;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Statement;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A feedback event in a line.
 *
 * @param at its record time
 * @param annotator who said it; simulated ones are shown as such
 * @param what what was said, in words
 * @param about the start of the prompt, where it is known
 * @param itemId the item
 * @param source where it came from
 */
record Said(
    Instant at,
    Annotator annotator,
    String what,
    @Nullable String about,
    String itemId,
    String source) {

  static Said of(FeedbackEvent event, @Nullable String prompt) {
    return new Said(
        event.acceptedAt(),
        event.annotator(),
        inWords(event.statement()),
        prompt == null ? null : LiveView.excerpt(prompt),
        event.itemId(),
        event.source());
  }

  private static String inWords(Statement statement) {
    return switch (statement) {
      case Statement.Comparison comparison -> inWords(comparison.answer());
      case Statement.SegmentComparison comparison -> inWords(comparison.answer()) + " (segments)";
      case Statement.Ranking ranking ->
          "ranked %d candidates"
              .formatted(
                  ranking.tiers().stream().mapToInt(tier -> tier.candidateIds().size()).sum());
      case Statement.Rating rating ->
          "rated %s"
              .formatted(
                  String.join(
                      ", ",
                      rating.marks().stream()
                          .limit(3)
                          .map(
                              mark ->
                                  String.format(
                                      Locale.ROOT, "%s %.3g", mark.attribute(), mark.value()))
                          .toList()));
      case Statement.Thumbs thumbs ->
          switch (thumbs.thumb()) {
            case UP -> "thumbs up";
            case DOWN -> "thumbs down";
          };
      case Statement.Correction correction ->
          "corrected %d characters".formatted(correction.editDistanceChars());
      case Statement.SpanMark mark -> "marked a span: " + mark.label();
      case Statement.Signal signal -> "signalled: " + signal.name();
      case Statement.Retraction retraction ->
          switch (retraction.scope()) {
            case Statement.OneEvent event -> "took back an event";
            case Statement.OneCandidate candidate -> "took back a candidate";
            case Statement.WholeContribution all -> "took back everything";
          };
    };
  }

  private static String inWords(Answer answer) {
    return switch (answer) {
      case A -> "the first is better";
      case B -> "the second is better";
      case TIE -> "tie";
      case BOTH_BAD -> "both bad";
      case CANT_TELL -> "can't tell";
    };
  }
}
