/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.Prompt;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What one partition knows, to be read by decisions. */
interface PreferenceState {
  /** Returns the largest accepted time of the partition's feedback and ticks. */
  Instant clock();

  boolean knowsPrompt(String itemId);

  boolean knowsCompletion(String itemId, String completionId);

  Optional<Prompt> prompt(String itemId);

  Optional<Completion> completion(String itemId, String completionId);

  Optional<ComparisonTask> task(String itemId, String taskId);

  Optional<IdentifiedEvent> identified(String itemId, String eventId);

  /** Returns all votes ever given on a question. */
  List<Vote> votes(Question question);

  /** Returns all span marks ever made on the candidates of an item. */
  List<SpanMark> marks(String itemId);

  /** Returns the record of the vote or mark that waits for {@code due}, if it does. */
  Optional<Origin> awaiting(Due due);

  /** Returns what is remembered of a question; {@link QuestionState#NEW} where nothing is. */
  QuestionState question(Question question);

  /** Returns the questions of an item that have votes. */
  Map<Question, QuestionState> questions(String itemId);
}
