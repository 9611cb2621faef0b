/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams.history;

/** What is promised of the topics' history. */
public enum Promise {
  /** Every accepted event has exactly one current disposition. */
  I1,
  /** The same logs and settings give the same final view of examples. */
  I2,
  /** A version's range begins where its parent's ends, and it learned what stands there. */
  I3,
  /** The version record is the only commit point: all that it names is there. */
  I4,
  /** Equal inputs give equal bytes. */
  I5,
  /** An artifact is what its digest says. */
  I6,
  /** After a successor nothing of its predecessor becomes visible. */
  I7,
  /** What was taken back is in no example, and the versions that learned from it are named. */
  I8
}
