/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.RewardScore;
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

  /** Returns all tasks about an item. */
  List<ComparisonTask> tasks(String itemId);

  Optional<IdentifiedEvent> identified(String itemId, String eventId);

  /** Returns all votes ever given on a question. */
  List<Vote> votes(Question question);

  /** Returns all span marks ever made on the candidates of an item. */
  List<SpanMark> marks(String itemId);

  /** Returns all scores ever given to the completions of an item. */
  List<RewardScore> scores(String itemId);

  /** Returns the record of the vote, mark or score that waits for {@code due}, if it does. */
  Optional<Origin> awaiting(Due due);

  /** Returns what is remembered of a question; {@link QuestionState#NEW} where nothing is. */
  QuestionState question(Question question);

  /** Returns what is remembered of a group; {@link GroupState#NEW} where nothing is. */
  GroupState group(Group group);

  /** Returns the questions of an item that have votes. */
  Map<Question, QuestionState> questions(String itemId);
}
