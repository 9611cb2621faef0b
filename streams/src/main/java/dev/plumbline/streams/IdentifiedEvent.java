/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

/**
 * An event that has been seen.
 *
 * @param contentHash hash of everything it said
 * @param disposition what has become of it
 */
record IdentifiedEvent(String contentHash, Disposition disposition) {
  IdentifiedEvent movedTo(Disposition next) {
    return new IdentifiedEvent(contentHash, next);
  }
}
