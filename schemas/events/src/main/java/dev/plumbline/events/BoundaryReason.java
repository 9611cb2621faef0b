/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

/** Why a slice ends. */
public enum BoundaryReason {
  /** Somebody asked for a version of what is at hand. */
  PUBLISH_NOW,
  /** The oldest example not yet learned has waited long enough. */
  TIME_LIMIT
}
