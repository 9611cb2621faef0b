/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

/**
 * What identifies an accepted event: deduplication knows it, and its disposition, under this.
 *
 * @param itemId the item it is about
 * @param eventId its id among the events of the item
 */
public record EventIdentity(String itemId, String eventId) implements Comparable<EventIdentity> {
  @Override
  public int compareTo(EventIdentity other) {
    int byItem = itemId.compareTo(other.itemId);
    return byItem != 0 ? byItem : eventId.compareTo(other.eventId);
  }

  @Override
  public String toString() {
    return itemId + "/" + eventId;
  }
}
