/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

/**
 * What the comparing statistics compare with, frozen: the policy's model with another adapter or
 * none, or another model of the same shape. Full fine-tuning needs the second, as the weights of
 * its own model move.
 */
public sealed interface Reference permits Adapter, CausalLanguageModel {}
