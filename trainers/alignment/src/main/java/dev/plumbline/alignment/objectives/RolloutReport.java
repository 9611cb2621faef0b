/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import org.jspecify.annotations.Nullable;

/**
 * What happened to one completion in the loss.
 *
 * @param advantage mean over its tokens
 * @param divergence estimate of KL(pi || pi_ref), summed over its tokens, in nats; null without a
 *     penalty
 * @param terms ratios that could be clipped: one per token, one per completion, or none
 * @param clippedLow how many of them no longer push down: below the range, with an advantage below
 *     0
 * @param clippedHigh how many of them no longer push up: above the range, with an advantage above 0
 * @param critic what happened to the critic; null without one
 */
public record RolloutReport(
    double advantage,
    @Nullable Double divergence,
    int terms,
    int clippedLow,
    int clippedHigh,
    @Nullable Critic critic) {

  /** Without critic. */
  public RolloutReport(
      double advantage, @Nullable Double divergence, int terms, int clippedLow, int clippedHigh) {
    this(advantage, divergence, terms, clippedLow, clippedHigh, null);
  }

  /**
   * A critic's part in one completion.
   *
   * @param loss of the critic, summed over its tokens
   * @param clipped tokens of which its clipped loss is the larger one
   */
  public record Critic(double loss, int clipped) {}

  RolloutReport diverging(double divergence) {
    return new RolloutReport(advantage, divergence, terms, clippedLow, clippedHigh, critic);
  }

  RolloutReport criticised(Critic critic) {
    return new RolloutReport(advantage, divergence, terms, clippedLow, clippedHigh, critic);
  }
}
