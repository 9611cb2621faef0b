/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

/** What a group's advantages are divided by. */
public enum RewardScale {
  /** The standard deviation of the group's rewards: every prompt pulls alike. */
  GROUP,
  /** The standard deviation of all rewards of the batch (arXiv 2508.08221). */
  BATCH,
  /** Nothing: a prompt whose rewards differ more pulls more (Dr. GRPO, arXiv 2503.20783). */
  NONE
}
