/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

/** What PPO brings to variance 1 over the tokens of a batch. */
public enum PpoWhitening {
  /** Nothing. */
  NONE,
  /** Advantages, which also get mean 0. */
  ADVANTAGES,
  /** Before them the rewards, which keep their mean; TRL's {@code whiten_rewards}. */
  REWARDS_AND_ADVANTAGES
}
