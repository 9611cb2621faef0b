/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * What streams cost: the topology and its beginnings on a broker in a process of its own, from
 * records to examples. Owns the workload, the measuring and the table; what is measured belongs to
 * {@code streams}.
 */
@NullMarked
package dev.plumbline.app.bench.streams;

import org.jspecify.annotations.NullMarked;
