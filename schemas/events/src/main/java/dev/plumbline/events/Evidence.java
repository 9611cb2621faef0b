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
 */
public record Evidence(List<String> eventIds, Instant newestAcceptedAt, @Nullable Long trustEpoch) {
  public Evidence {
    eventIds = List.copyOf(eventIds);
    if (eventIds.size() > Limits.MAX_EVIDENCE) {
      throw new IllegalArgumentException(
          "an example names at most %d events, but had %d"
              .formatted(Limits.MAX_EVIDENCE, eventIds.size()));
    }
  }

  /** Returns whether nothing is left to rest on: the example is withdrawn. */
  public boolean isWithdrawn() {
    return eventIds.isEmpty();
  }
}
