/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Stores on disk that survive a kill, and the producers that tell them what is committed. It owns
 * where rows lie and which of them count; what a row means is the topology's.
 */
@NullMarked
package dev.plumbline.streams.store;

import org.jspecify.annotations.NullMarked;
