/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.kafka.sealing;

import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Statement;
import dev.plumbline.events.Text;

/** Corrections with their text in another form. */
final class Corrections {
  private Corrections() {}

  static FeedbackEvent with(FeedbackEvent event, Text edited) {
    if (!(event.statement() instanceof Statement.Correction correction)) {
      throw new IllegalArgumentException("%s is no correction".formatted(event.eventId()));
    }
    return new FeedbackEvent(
        event.eventId(),
        event.itemId(),
        event.annotator(),
        event.source(),
        event.acceptedAt(),
        event.claimedAt(),
        event.taskId(),
        event.criterion(),
        new Statement.Correction(
            correction.candidateId(),
            edited,
            correction.editDistanceChars(),
            correction.lengthChars(),
            correction.originalLengthChars()));
  }
}
