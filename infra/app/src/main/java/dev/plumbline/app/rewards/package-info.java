/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The {@code plumbline reward} commands: a reward model from preference files or an attribute
 * controller from labelled sentences, and what it is worth on others. How they learn and score is
 * the reward package's; how rows of pairs become tokens is that of {@code plumbline train}.
 */
@NullMarked
package dev.plumbline.app.rewards;

import org.jspecify.annotations.NullMarked;
