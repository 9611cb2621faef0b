/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Three brokers, two streams instances and a trainer, each a process of its own, while votes come
 * in: killed, frozen and cut off, nothing that was acknowledged is lost or counts twice. What is
 * done to lanes alone is left to {@code chaos}.
 */
@NullMarked
package dev.plumbline.tests.cluster;

import org.jspecify.annotations.NullMarked;
