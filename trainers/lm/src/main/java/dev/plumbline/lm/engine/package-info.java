/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The only door to DJL and libtorch: packs tensor-program source into an archive, runs its methods,
 * and keeps the per-thread modes right. It knows nothing of models. Public for {@code
 * dev.plumbline.lm} alone.
 */
@NullMarked
package dev.plumbline.lm.engine;

import org.jspecify.annotations.NullMarked;
