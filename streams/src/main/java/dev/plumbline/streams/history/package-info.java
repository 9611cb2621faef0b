/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The checker of a cluster's history: reads all topics up to a cut and says where a promise is
 * broken. It owns what each promise means as a question to the topics; it writes nothing, and mends
 * nothing.
 */
@NullMarked
package dev.plumbline.streams.history;

import org.jspecify.annotations.NullMarked;
