/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Text to token ids and back: the tokenizer of a checkpoint, and a small trainer for byte-level BPE
 * vocabularies. Chat templates and truncation are left to the callers.
 */
@NullMarked
package dev.plumbline.lm.text;

import org.jspecify.annotations.NullMarked;
