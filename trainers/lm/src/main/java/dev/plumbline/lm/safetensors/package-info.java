/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The safetensors file format: a strict reader and a deterministic writer over plain Java values.
 * It knows nothing of models and needs no native library.
 */
@NullMarked
package dev.plumbline.lm.safetensors;

import org.jspecify.annotations.NullMarked;
