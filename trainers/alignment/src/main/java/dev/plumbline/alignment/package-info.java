/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * What a policy learns from preferences: objectives as plain Java functions from token statistics
 * to a value and its derivative, the batches they read, and the recipe of one optimizer step. The
 * model that makes statistics and gradients belongs to {@code dev.plumbline.lm}; where pairs come
 * from, and what becomes of the trained adapter, to the lane.
 */
@NullMarked
package dev.plumbline.alignment;

import org.jspecify.annotations.NullMarked;
