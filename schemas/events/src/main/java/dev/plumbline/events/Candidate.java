/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

/** What can be compared. */
public sealed interface Candidate permits CompletionRef, TrajectorySegment {
  /** Returns the id by which judgements name it. */
  String candidateId();
}
