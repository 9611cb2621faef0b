/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * How a policy learns from examples, wherever they come from: the batches that an objective reads,
 * the recipe of one optimizer step, and what is logged of it. The losses are in {@code
 * dev.plumbline.alignment.objectives}; the model that makes statistics and gradients belongs to
 * {@code dev.plumbline.lm}; where examples come from, and what becomes of the trained weights, to
 * the lane and to {@code plumbline train}.
 */
@NullMarked
package dev.plumbline.alignment;

import org.jspecify.annotations.NullMarked;
