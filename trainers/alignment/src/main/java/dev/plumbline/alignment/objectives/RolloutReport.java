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
 */
public record RolloutReport(
    double advantage, @Nullable Double divergence, int terms, int clippedLow, int clippedHigh) {}
