/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

/**
 * Where the noise of a training step's dropout comes from. A mask is a function of this key, the
 * module and the token with all that the token can see of its row: not of the batch's layout, order
 * or micro-batches.
 *
 * @param seed of the run
 * @param step of the optimizer
 */
public record DropoutKey(long seed, int step) {}
