/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges;

import dev.plumbline.feeds.judges.chat.Condition;
import org.jspecify.annotations.Nullable;

/**
 * How a judge does.
 *
 * @param id its annotator id
 * @param kind what it is
 * @param condition how whoever is asked fares
 * @param judged tasks judged since it was started
 * @param waiting tasks that were read and not judged yet
 * @param failures tasks with something that it gave no usable answer about
 * @param lastError what went wrong last, if anything did
 */
public record JudgeStatus(
    String id,
    JudgeKind kind,
    Condition condition,
    long judged,
    int waiting,
    long failures,
    @Nullable String lastError) {}
