/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Objectives: pure functions from what a model says about tokens to a loss and its derivative per
 * token, one readable page each, and the names by which settings ask for them. No tensors, no
 * files, no batching: who asks the model and pulls derivatives back is {@code
 * dev.plumbline.alignment}.
 */
@NullMarked
package dev.plumbline.alignment.objectives;

import org.jspecify.annotations.NullMarked;
