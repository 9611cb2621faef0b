/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The {@code plumbline reward} commands: a reward model from preference files, and what it is worth
 * on others. How one learns and scores is the reward package's; how rows become tokens is that of
 * {@code plumbline train}.
 */
@NullMarked
package dev.plumbline.app.rewards;

import org.jspecify.annotations.NullMarked;
