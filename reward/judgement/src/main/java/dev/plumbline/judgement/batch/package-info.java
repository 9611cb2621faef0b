/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Reference methods for labels of many annotators that see all of them at once: majority, one-coin,
 * Dawid-Skene and GLAD. What streams compute epoch by epoch is measured against them; they are
 * iterative floating-point methods and decide no example.
 */
@NullMarked
package dev.plumbline.judgement.batch;

import org.jspecify.annotations.NullMarked;
