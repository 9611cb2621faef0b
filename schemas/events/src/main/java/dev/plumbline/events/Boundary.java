/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import java.time.Instant;

/**
 * Ends the slice of the next version at its place in the feed. Time limits and "publish now" write
 * it, so that the log alone decides what a version learned from.
 *
 * @param policy the policy of the feed
 * @param reason why the slice ends here
 * @param acceptedAt record time
 */
public record Boundary(String policy, BoundaryReason reason, Instant acceptedAt)
    implements ExampleRecord {
  public Boundary {
    Limits.requireId("policy", policy);
  }
}
