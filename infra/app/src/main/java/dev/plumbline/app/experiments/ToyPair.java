/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.experiments;

/** Two completions of one prompt, the preferred one first. */
record ToyPair(ToyRow chosen, ToyRow rejected) {}
