/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Text to token ids and back: the tokenizer of a checkpoint, where a prompt ends and its completion
 * begins, truncation, and a small trainer for byte-level BPE vocabularies. Conversations are left
 * to {@code chat}, padding and batches to the model.
 */
@NullMarked
package dev.plumbline.lm.text;

import org.jspecify.annotations.NullMarked;
