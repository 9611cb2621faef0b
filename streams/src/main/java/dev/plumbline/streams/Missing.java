/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.base.settings.Durations;
import dev.plumbline.events.DeadLetterReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What has not arrived of all that feedback speaks of.
 *
 * @param names prompt and candidates, as a message names them
 * @param reason why the feedback can't be used until they arrive
 */
record Missing(List<String> names, DeadLetterReason reason) {
  /** Nothing is missing. */
  static final Missing NOTHING = new Missing(List.of(), DeadLetterReason.UNKNOWN_CANDIDATE);

  static Missing of(PreferenceState known, String itemId, List<String> candidateIds) {
    List<String> names = new ArrayList<>();
    boolean knowsPrompt = known.knowsPrompt(itemId);
    if (!knowsPrompt) {
      names.add("prompt " + itemId);
    }
    for (String candidateId : candidateIds) {
      if (!known.knowsCompletion(itemId, candidateId)) {
        names.add("candidate " + candidateId + " of item " + itemId);
      }
    }
    return new Missing(
        List.copyOf(names),
        knowsPrompt ? DeadLetterReason.UNKNOWN_CANDIDATE : DeadLetterReason.UNKNOWN_ITEM);
  }

  /** Returns what has not arrived of all that answers to a question speak of. */
  static Missing of(PreferenceState known, Question question) {
    return question instanceof Question.WhichSegment segments
        ? ofTask(known, segments.itemId(), segments.taskId())
        : of(known, question.itemId(), question.candidateIds());
  }

  private static Missing ofTask(PreferenceState known, String itemId, String taskId) {
    return known.task(itemId, taskId).isPresent()
        ? NOTHING
        : new Missing(
            List.of("task " + taskId + " of item " + itemId), DeadLetterReason.UNKNOWN_TASK);
  }

  boolean isNothing() {
    return names.isEmpty();
  }

  /** Returns the text of a dead letter about {@code what}, which waited for so long. */
  String detail(String what, Duration wait) {
    return "%s did not arrive within %s of accepted time; the %s is taken up again once it does"
        .formatted(String.join(" and ", names), Durations.format(wait), what);
  }
}
