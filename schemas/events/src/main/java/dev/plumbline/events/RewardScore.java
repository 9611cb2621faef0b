/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A number that a judge gives to a completion, once: completion and judge identify it.
 *
 * @param completionId the completion
 * @param itemId its prompt
 * @param judge who scored
 * @param score the score, finite; its scale is the judge's. A controller's is the log-probability,
 *     in nats, that the text has its attribute
 * @param spread standard deviation within the judge (an ensemble), if it has one
 * @param prefixScores the judge's scores of the completion cut after its first 0, 1, ... T of T
 *     tokens, all finite; the last is {@code score}. Empty where the judge scores whole completions
 *     only
 * @param acceptedAt record time
 */
public record RewardScore(
    String completionId,
    String itemId,
    Annotator judge,
    double score,
    @Nullable Double spread,
    List<Float> prefixScores,
    Instant acceptedAt) {
  public RewardScore {
    Limits.requireId("completionId", completionId);
    Limits.requireId("itemId", itemId);
    if (!Double.isFinite(score)) {
      throw new IllegalArgumentException("score must be finite, but was " + score);
    }
    prefixScores = List.copyOf(prefixScores);
    if (prefixScores.size() > Limits.MAX_TOKENS + 1) {
      throw new IllegalArgumentException(
          "a reward score carries at most %d prefix scores, one more than tokens, but had %d"
              .formatted(Limits.MAX_TOKENS + 1, prefixScores.size()));
    }
    Limits.requireFinite("prefixScores", prefixScores);
    if (!prefixScores.isEmpty() && prefixScores.getLast() != (float) score) {
      throw new IllegalArgumentException(
          "the last of prefixScores must be the score (%s), but was %s"
              .formatted(score, prefixScores.getLast()));
    }
  }

  /** A score of the whole completion only. */
  public RewardScore(
      String completionId,
      String itemId,
      Annotator judge,
      double score,
      @Nullable Double spread,
      Instant acceptedAt) {
    this(completionId, itemId, judge, score, spread, List.of(), acceptedAt);
  }

  /** Returns what identifies it among all events of its item; see {@link Identity#rewardId}. */
  public String eventId() {
    return Identity.rewardId(itemId, completionId, judge.id());
  }

  /** Returns the hash of everything it says; the record time is left out. */
  public String contentHash() {
    return Identity.contentHash(
        new RewardScore(completionId, itemId, judge, score, spread, prefixScores, Instant.EPOCH));
  }
}
