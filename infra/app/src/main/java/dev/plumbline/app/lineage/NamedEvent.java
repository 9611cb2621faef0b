/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.lineage;

import org.jspecify.annotations.Nullable;

/**
 * An event by name.
 *
 * @param itemId what it is about
 * @param eventId its id among the events of the item
 * @param annotatorId who said it; absent where the log of feedback doesn't hold it
 */
public record NamedEvent(String itemId, String eventId, @Nullable String annotatorId)
    implements Comparable<NamedEvent> {
  @Override
  public int compareTo(NamedEvent other) {
    int byItem = itemId.compareTo(other.itemId);
    return byItem != 0 ? byItem : eventId.compareTo(other.eventId);
  }
}
