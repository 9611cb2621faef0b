/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Kafka in containers, for tests that show on it what others show on brokers of this build. Owns
 * the choice of the image; the tests stand beside what they repeat.
 */
@NullMarked
package dev.plumbline.tests.containers;

import org.jspecify.annotations.NullMarked;
