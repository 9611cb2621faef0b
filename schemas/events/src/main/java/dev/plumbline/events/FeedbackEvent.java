/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What somebody said about an item.
 *
 * @param eventId the client's id of the event; with the item it is the event's identity
 * @param itemId the item, key of the feedback topic
 * @param annotator who said it
 * @param source the app, station, data set or simulation it came through
 * @param acceptedAt record time: when it was accepted at the door
 * @param claimedAt the client's claim of when it was said; only orders one annotator's own votes
 * @param taskId the task it answers, if any
 * @param criterion what was asked ("overall" where nothing else was)
 * @param statement what was said
 */
public record FeedbackEvent(
    String eventId,
    String itemId,
    Annotator annotator,
    String source,
    Instant acceptedAt,
    @Nullable Instant claimedAt,
    @Nullable String taskId,
    String criterion,
    Statement statement)
    implements FeedbackRecord {
  /** The criterion of feedback that names none. */
  public static final String OVERALL = "overall";

  public FeedbackEvent {
    Limits.requireId("eventId", eventId);
    Limits.requireId("itemId", itemId);
    Limits.requireId("criterion", criterion);
    if (taskId != null) {
      Limits.requireId("taskId", taskId);
    }
  }

  /**
   * Returns when the annotator said it, for ordering that annotator's own votes: the claim, but
   * never later than the record time.
   */
  public Instant saidAt() {
    return claimedAt == null || claimedAt.isAfter(acceptedAt) ? acceptedAt : claimedAt;
  }

  /**
   * Returns the hash of everything that was said. The record time and the source's route are left
   * out, so that a repeated delivery of the same event hashes alike.
   */
  public String contentHash() {
    return Identity.contentHash(
        new FeedbackEvent(
            eventId,
            itemId,
            annotator,
            source,
            Instant.EPOCH,
            claimedAt,
            taskId,
            criterion,
            statement));
  }
}
