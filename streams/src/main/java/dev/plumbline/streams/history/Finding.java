/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams.history;

/**
 * A promise that is broken.
 *
 * @param promise which one
 * @param place where: topic, partition and offset as in {@code examples-0@17}, or a whole topic
 * @param id of the event, example or version that it is about
 * @param problem what was found, and what was expected
 */
public record Finding(Promise promise, String place, String id, String problem) {
  @Override
  public String toString() {
    return "%s %s %s: %s".formatted(promise, place, id, problem);
  }
}
