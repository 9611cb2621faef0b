/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

/** Who made a completion, as far as an objective cares. */
public enum CompletionOrigin {
  /** The policy that is learning, or a recent version of it. */
  POLICY,
  /** The reference. */
  REFERENCE,
  /** Somebody else, or nobody said. */
  UNKNOWN
}
