/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import java.time.Duration;

/**
 * A piece of recorded robot behaviour. Self-contained: the recording is found by what stands here.
 *
 * @param candidateId identifies the segment as a candidate
 * @param dataset the data set that holds the episode
 * @param episode the episode within the data set
 * @param camera the camera shown
 * @param start where the segment starts, from the beginning of the episode
 * @param end where it ends, later than {@code start}
 */
public record TrajectorySegment(
    String candidateId, String dataset, String episode, String camera, Duration start, Duration end)
    implements Candidate {
  public TrajectorySegment {
    Limits.requireId("candidateId", candidateId);
    if (start.isNegative() || end.compareTo(start) <= 0) {
      throw new IllegalArgumentException(
          "a segment must end after it starts, but was %s to %s".formatted(start, end));
    }
  }
}
