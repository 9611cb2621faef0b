/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import org.jspecify.annotations.Nullable;

/**
 * What is remembered of a group beside its scores.
 *
 * @param revision the last revision emitted; 0 for none
 * @param contentHash hash of the content last emitted
 */
record GroupState(int revision, @Nullable String contentHash) {
  /** A group that has made no example yet. */
  static final GroupState NEW = new GroupState(0, null);
}
