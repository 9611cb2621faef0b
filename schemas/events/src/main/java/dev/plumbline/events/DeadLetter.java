/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A record that could not be used, whole, with the reason. It can be sent again once the reason is
 * gone.
 *
 * @param reason why
 * @param detail what was wrong, the value, and what was expected
 * @param topic where it stood
 * @param partition where it stood
 * @param offset where it stood
 * @param key its key; absent if it had none
 * @param original its value, byte for byte
 * @param eventId its event id, if it could be read
 * @param acceptedAt its record time, or the partition's clock where it has none
 */
public record DeadLetter(
    DeadLetterReason reason,
    String detail,
    String topic,
    int partition,
    long offset,
    @Nullable Bytes key,
    Bytes original,
    @Nullable String eventId,
    Instant acceptedAt) {}
