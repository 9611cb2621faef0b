/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * {@code plumbline train}: a policy learns from preference files, without Kafka. Owns what files
 * need and a feed doesn't: reading and encoding every kind of row, held-out rows, the order of
 * epochs, checkpoints and resuming, the log of the run. How a batch becomes a step is left to
 * {@code dev.plumbline.alignment}, reading and writing rows to {@code dev.plumbline.datasets}.
 */
@NullMarked
package dev.plumbline.app.training;

import org.jspecify.annotations.NullMarked;
