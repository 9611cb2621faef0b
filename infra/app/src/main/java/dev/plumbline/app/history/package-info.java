/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * What the commands about a cluster's history print, and the dead letters that they list and send
 * again. Owns words and tables; what is true of the history is left to streams.
 */
@NullMarked
package dev.plumbline.app.history;

import org.jspecify.annotations.NullMarked;
