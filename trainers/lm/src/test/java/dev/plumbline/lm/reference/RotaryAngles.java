/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.reference;

/**
 * The angle of pair i at position t is {@code t * inverseFrequencies[i]}.
 *
 * @param factor multiplies cosine and sine (1 but for YaRN)
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record RotaryAngles(double[] inverseFrequencies, double factor, RotaryLayout layout) {}
