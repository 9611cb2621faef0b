/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A number that a judge gives to a completion.
 *
 * @param completionId the completion
 * @param itemId its prompt
 * @param judge who scored
 * @param score the score; its scale is the judge's
 * @param spread standard deviation within the judge (an ensemble), if it has one
 * @param acceptedAt record time
 */
public record RewardScore(
    String completionId,
    String itemId,
    Annotator judge,
    double score,
    @Nullable Double spread,
    Instant acceptedAt) {
  public RewardScore {
    Limits.requireId("completionId", completionId);
    Limits.requireId("itemId", itemId);
  }
}
