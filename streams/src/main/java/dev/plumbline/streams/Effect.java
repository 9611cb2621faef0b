/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.Bytes;
import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.DeadLetter;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.RewardScore;
import dev.plumbline.events.TrainingExample;
import dev.plumbline.events.TrajectorySegment;
import dev.plumbline.judgement.trust.TrustCounts;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One consequence of a decision: a change of state, or something to hand out. */
sealed interface Effect {

  /** A change of state; writing it can't fail for reasons that lie in the data. */
  sealed interface Change extends Effect {}

  /** Something for the world outside. */
  sealed interface Output extends Effect {}

  record KeepPrompt(Prompt prompt, Bytes record) implements Change {}

  record KeepCompletion(Completion completion, Bytes record) implements Change {}

  record KeepTask(ComparisonTask task, Bytes record) implements Change {}

  record Identify(String itemId, String eventId, IdentifiedEvent event) implements Change {}

  record CastVote(Question question, Vote vote) implements Change {}

  record KeepMark(String itemId, SpanMark mark) implements Change {}

  record KeepSegment(String itemId, TrajectorySegment segment) implements Change {}

  record DropMark(String itemId, String eventId) implements Change {}

  record KeepScore(RewardScore score, Bytes record) implements Change {}

  record DropScore(RewardScore score) implements Change {}

  record Remember(Question question, QuestionState state) implements Change {}

  record RememberGroup(Group group, GroupState state) implements Change {}

  /**
   * Watch the clock.
   *
   * @param origin the record of the vote, mark or score, needed for a dead letter; absent for
   *     deadlines
   */
  record Await(Due due, @Nullable Origin origin) implements Change {}

  record Cease(Due due) implements Change {}

  /** Remember the retraction of one event for good. */
  record KeepRetraction(EventRetraction retraction) implements Change {}

  record DropRetraction(EventRetraction retraction) implements Change {}

  /** Remember for good that something as a whole was taken back. */
  record TakeBack(TakenBack what) implements Change {}

  /** Remember who said something. */
  record Credit(Contribution contribution) implements Change {}

  /** Remember that the prompt of an item is a person's own text. */
  record Entrust(String subject, String itemId) implements Change {}

  record AdvanceClock(Instant clock) implements Change {}

  /** Say whom to believe by an answer that was just given in an epoch. */
  record Count(long epoch, String itemId, String eventId, TrustCounts counts) implements Change {}

  /** Weigh anew when the last snapshot comes that a vote or mark of {@code epoch} waits for. */
  record AwaitTrust(long epoch, Weighable weighable) implements Change {}

  record Emit(TrainingExample example) implements Output {}

  record SetAside(DeadLetter letter) implements Output {}

  /** Something for the trust task. */
  record Report(EpochReport report) implements Output {}

  /** A vote or mark that counts nothing when it comes. */
  record CountDiscounted(Disposition.Discount cause) implements Output {}

  /** A further copy of a known record of the given topic. */
  record CountDuplicate(String topic) implements Output {}

  /**
   * An annotator changed a standing answer.
   *
   * @param isOpposite whether the new answer is the opposite of the old one
   */
  record CountChange(boolean isOpposite) implements Output {}
}
