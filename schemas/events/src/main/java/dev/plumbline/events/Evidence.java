/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an example rests on.
 *
 * @param eventIds ids of the feedback events, sorted; at most {@link Limits#MAX_EVIDENCE}. Empty in
 *     a revision that withdraws the example
 * @param newestAcceptedAt largest record time among the events
 * @param trustEpoch the epoch whose reliabilities weighed them; absent where all count alike
 * @param annotatorIds who said each of the events, in their order; empty where who wrote the
 *     example did not name them
 */
public record Evidence(
    List<String> eventIds,
    Instant newestAcceptedAt,
    @Nullable Long trustEpoch,
    @AddedLater List<String> annotatorIds) {
  public Evidence {
    eventIds = List.copyOf(eventIds);
    annotatorIds = List.copyOf(annotatorIds);
    if (eventIds.size() > Limits.MAX_EVIDENCE) {
      throw new IllegalArgumentException(
          "an example names at most %d events, but had %d"
              .formatted(Limits.MAX_EVIDENCE, eventIds.size()));
    }
    if (!annotatorIds.isEmpty() && annotatorIds.size() != eventIds.size()) {
      throw new IllegalArgumentException(
          "an example names one annotator for each of its %d events or none, but named %d"
              .formatted(eventIds.size(), annotatorIds.size()));
    }
  }

  /** Evidence whose annotators are not named. */
  public Evidence(List<String> eventIds, Instant newestAcceptedAt, @Nullable Long trustEpoch) {
    this(eventIds, newestAcceptedAt, trustEpoch, List.of());
  }

  /** Returns whether nothing is left to rest on: the example is withdrawn. */
  public boolean isWithdrawn() {
    return eventIds.isEmpty();
  }
}
