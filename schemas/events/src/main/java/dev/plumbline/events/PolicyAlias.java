/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import java.time.Instant;

/**
 * A name that moves from version to version.
 *
 * @param policy the policy
 * @param alias champion, challenger or shadow
 * @param version the version it names now
 * @param setAt when it was set
 */
public record PolicyAlias(String policy, Alias alias, PolicyVersionId version, Instant setAt) {
  /** The names in use. */
  public enum Alias {
    /** Serves. */
    CHAMPION,
    /** Is compared with the champion. */
    CHALLENGER,
    /** Learns beside, unseen. */
    SHADOW
  }
}
