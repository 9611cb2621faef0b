/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.kafka;

/** What a consumer does where it has no position, or one that the log no longer holds. */
public enum OffsetReset {

  /** Refuse: the caller seeks to every position itself, and a lost position is an error. */
  NONE("none"),

  /**
   * Begin at the oldest record: for readers that need the whole log, or only what is still there.
   */
  EARLIEST("earliest");

  private final String value;

  OffsetReset(String value) {
    this.value = value;
  }

  String value() {
    return value;
  }
}
