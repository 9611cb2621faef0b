/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * {@code plumbline experiment control}: what controllers and RLDAF do to a language model that
 * speaks real language, told by judges that neither of them has seen: a classifier and a language
 * model of other families, learned from other data. Control and learning themselves are the reward
 * and alignment packages'.
 */
@NullMarked
package dev.plumbline.app.control;

import org.jspecify.annotations.NullMarked;
