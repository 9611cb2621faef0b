/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Reward models: a scalar head on a language model that says how good a text is, how it is learned
 * from judged pairs, and how far its numbers can be believed. Tensors, adapters and optimizers are
 * the language model's; where pairs come from, whom to believe about them, and where scores go
 * belong to the caller.
 */
@NullMarked
package dev.plumbline.reward;

import org.jspecify.annotations.NullMarked;
