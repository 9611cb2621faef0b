/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Causal language models: loading, scoring, gradients, adapters, AdamW, sampling and controlled
 * decoding. A model is computed by a tensor program; this package owns its weights, its optimizer
 * state and every native array. What a loss is belongs to the caller, which reads {@link
 * dev.plumbline.lm.TokenStatistics} and hands derivatives back; what a controller wants belongs to
 * whoever implements {@link dev.plumbline.lm.TokenControl}.
 */
@NullMarked
package dev.plumbline.lm;

import org.jspecify.annotations.NullMarked;
