/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

/** How far a question has come. It only ever moves on. */
enum Phase {
  /** Its prompt or a candidate has not arrived. */
  LACKING,
  /** All it speaks of is known; neither quorum nor deadline is reached. */
  GATHERING,
  /** Enough is known: every change of its content is emitted. */
  READY
}
