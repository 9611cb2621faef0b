/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import dev.plumbline.events.Topic.Cleanup;
import dev.plumbline.events.Topic.Partitioning;
import java.util.List;

/** The catalogue: every topic of Plumbline. A cluster's topics must match it. */
public final class Topics {
  private static final int MEBIBYTE = 1024 * 1024;

  /** What policies are asked; key: item id. */
  public static final Topic<String, Prompt> PROMPTS = ofItems("prompts", Prompt.class);

  /** What policies and others answered; key: item id. */
  public static final Topic<String, Completion> COMPLETIONS =
      ofItems("completions", Completion.class);

  /** What is put up for judgement; key: item id. */
  public static final Topic<String, ComparisonTask> TASKS = ofItems("tasks", ComparisonTask.class);

  /** What was said, and ticks; key: item id (a tick's key is empty, its partition explicit). */
  public static final Topic<String, FeedbackRecord> FEEDBACK =
      ofItems("feedback", FeedbackRecord.class);

  /** What judges scored; key: item id. */
  public static final Topic<String, RewardScore> REWARDS = ofItems("rewards", RewardScore.class);

  /** What trainers learn from; key: policy, partition: its feed. */
  public static final Topic<String, ExampleRecord> EXAMPLES =
      topic("examples", ExampleRecord.class, Partitioning.BY_FEED, Cleanup.KEEP_ALL, MEBIBYTE);

  /** Latest trust epoch per annotator; key: annotator id. */
  public static final Topic<String, TrustEpoch> ANNOTATORS =
      topic("annotators", TrustEpoch.class, Partitioning.SINGLE, Cleanup.COMPACT, MEBIBYTE);

  /** The log of record of all lineages; key: policy. */
  public static final Topic<String, PolicyVersion> POLICY_VERSIONS =
      topic(
          "policy-versions", PolicyVersion.class, Partitioning.SINGLE, Cleanup.KEEP_ALL, MEBIBYTE);

  /** Where champion, challenger and shadow point; key: policy and alias. */
  public static final Topic<String, PolicyAlias> POLICY_ALIASES =
      topic("policy-aliases", PolicyAlias.class, Partitioning.SINGLE, Cleanup.COMPACT, MEBIBYTE);

  /**
   * What could not be used; key: the original key. A dead letter holds a whole record and its
   * reason, so it may be larger than any record.
   */
  public static final Topic<String, DeadLetter> DEAD_LETTERS =
      topic("dead-letters", DeadLetter.class, Partitioning.SINGLE, Cleanup.KEEP_ALL, 2 * MEBIBYTE);

  /** Every topic of the catalogue. */
  public static final List<Topic<String, ?>> ALL =
      List.of(
          PROMPTS,
          COMPLETIONS,
          TASKS,
          FEEDBACK,
          REWARDS,
          EXAMPLES,
          ANNOTATORS,
          POLICY_VERSIONS,
          POLICY_ALIASES,
          DEAD_LETTERS);

  private Topics() {}

  private static <V> Topic<String, V> ofItems(String name, Class<V> type) {
    return topic(name, type, Partitioning.BY_ITEM, Cleanup.KEEP_ALL, MEBIBYTE);
  }

  private static <V> Topic<String, V> topic(
      String name, Class<V> type, Partitioning partitioning, Cleanup cleanup, int maxRecordBytes) {
    return new Topic<>(
        name, Topic.TEXT_KEY, EventCodec.of(type), partitioning, cleanup, maxRecordBytes);
  }
}
