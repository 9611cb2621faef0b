/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams.history;

import dev.plumbline.events.PolicyVersionId;
import java.util.SortedSet;

/**
 * A version that learned from something that was taken back later.
 *
 * @param version the version
 * @param way how it came to know of it
 * @param events ids of the events that were taken back
 */
public record Tainted(PolicyVersionId version, Way way, SortedSet<String> events) {
  /** How a version learned from an event. */
  public enum Way {
    /** An example that rested on it stands in the version's own range. */
    DIRECTLY,
    /** A version that it descends from learned from it. */
    BY_DESCENT
  }
}
