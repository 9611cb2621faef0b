/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway.live;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a judge does, by its own word.
 *
 * @param id its annotator id
 * @param kind what it is, in a word
 * @param state how whoever is asked fares, in a word: {@code working}, {@code slow}, {@code
 *     rate_limited}, {@code unreachable}, {@code stopped}
 * @param since when that began, where it is not as it should be
 * @param judged tasks judged since it was started
 * @param waiting tasks that it has read and not judged yet
 * @param failures tasks with something that it gave no usable answer about
 * @param lastError what went wrong last, if anything did
 */
public record JudgeReport(
    String id,
    String kind,
    String state,
    @Nullable Instant since,
    long judged,
    int waiting,
    long failures,
    @Nullable String lastError) {}
