/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * What a plug-and-play controller does to generation: how it moves the soft prompt before every
 * token, what it adds to the next token's distribution, and what may stand for a controller. Soft
 * prompts, their gradients and sampling itself are the language model's, controllers are {@link
 * dev.plumbline.reward.attribute}'s, and who learns from what was said under control is elsewhere.
 */
@NullMarked
package dev.plumbline.reward.control;

import org.jspecify.annotations.NullMarked;
