/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward.attribute;

import dev.plumbline.lm.TokenRow;

/**
 * A text of which is known whether it has the attribute.
 *
 * @param row the text: the completion's prefixes are what a controller learns to judge, the prompt
 *     is read with each of them
 * @param has whether it has the attribute
 */
public record LabelledRow(TokenRow row, boolean has) {}
