/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Model families: what a {@code config.json} says, which weights such a model has under which
 * names, and which tensor program computes it. Everything that the programs can't honour is refused
 * by key and value. It reads no weights and needs no native library; a family is one config record
 * and one small file beside it, listed in {@link dev.plumbline.lm.family.ModelFamily#of}.
 */
@NullMarked
package dev.plumbline.lm.family;

import org.jspecify.annotations.NullMarked;
