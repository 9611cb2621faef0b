/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import java.time.Instant;

/**
 * Says that accepted time has come this far in a feedback partition, so that deadlines are met on
 * an idle stream. Its only content is time.
 *
 * @param acceptedAt the time reached
 */
public record Tick(Instant acceptedAt) implements FeedbackRecord {}
