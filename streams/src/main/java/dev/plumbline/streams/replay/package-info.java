/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Streams without Kafka Streams: reads logs up to a cut in one deterministic order and runs the
 * real rules over them in memory, touching no topic. Owns what the final view of examples is. The
 * rules are those of streams; what is done with a replay is left to its callers.
 */
@NullMarked
package dev.plumbline.streams.replay;

import org.jspecify.annotations.NullMarked;
