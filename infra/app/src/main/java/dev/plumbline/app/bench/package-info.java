/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Benchmarks: ratios of ways to do the same work, measured in one run. Owns the workloads and the
 * tables; what is measured belongs to other modules.
 */
@NullMarked
package dev.plumbline.app.bench;

import org.jspecify.annotations.NullMarked;
