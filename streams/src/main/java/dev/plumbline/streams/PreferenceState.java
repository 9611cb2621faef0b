/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.RewardScore;
import dev.plumbline.events.TrajectorySegment;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What one partition knows, to be read by decisions. */
interface PreferenceState {
  /** Returns the largest accepted time of the partition's feedback and ticks. */
  Instant clock();

  /** Returns what is known of whom to believe. */
  KnownTrust trust();

  boolean knowsPrompt(String itemId);

  boolean knowsCompletion(String itemId, String completionId);

  Optional<Prompt> prompt(String itemId);

  Optional<Completion> completion(String itemId, String completionId);

  Optional<TrajectorySegment> segment(String itemId, String candidateId);

  Optional<ComparisonTask> task(String itemId, String taskId);

  /** Returns all tasks about an item. */
  List<ComparisonTask> tasks(String itemId);

  Optional<IdentifiedEvent> identified(String itemId, String eventId);

  /** Returns all events and scores of an item that were identified, by event id. */
  Map<String, IdentifiedEvent> identified(String itemId);

  /** Returns all votes ever given on a question. */
  List<Vote> votes(Question question);

  /** Returns all span marks on the candidates of an item that were not taken back. */
  List<SpanMark> marks(String itemId);

  /** Returns all scores of the completions of an item that were not taken back. */
  List<RewardScore> scores(String itemId);

  /** Returns the record of the vote, mark or score that waits for {@code due}, if it does. */
  Optional<Origin> awaiting(Due due);

  /** Returns what is remembered of a question, if anything is. */
  Optional<QuestionState> asked(Question question);

  /** Returns what is remembered of a question; {@link QuestionState#NEW} where nothing is. */
  default QuestionState question(Question question) {
    return asked(question).orElse(QuestionState.NEW);
  }

  /** Returns what is remembered of a group; {@link GroupState#NEW} where nothing is. */
  GroupState group(Group group);

  /** Returns the questions of an item that have votes. */
  Map<Question, QuestionState> questions(String itemId);

  /** Returns whether anything was ever taken back in this partition; spares asking what. */
  boolean hasTakenBack();

  /** Returns whether something as a whole was taken back. */
  boolean isTakenBack(TakenBack what);

  /** Returns the retractions of one event, which may not have arrived yet. */
  List<EventRetraction> retractions(String itemId, String eventId);

  /** Returns whether the event arrived and its annotator is the one named. */
  boolean isCredited(Contribution contribution);

  /** Returns all that an annotator ever said in this partition. */
  List<Contribution> contributions(String annotatorId);

  /** Returns the items whose prompts are a person's own text. */
  List<String> itemsOf(String subject);
}
