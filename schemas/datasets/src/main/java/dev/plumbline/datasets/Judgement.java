/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import dev.plumbline.events.AnnotatorKind;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One answer of one annotator.
 *
 * @param question what was asked, by the tool's name for it
 * @param annotator who answered, by the tool's name: perhaps a person's, so it must not travel
 * @param kind person, model or program
 * @param saidAt when it was said, by the tool's clock; null where the export doesn't tell
 * @param opinion what was said
 */
public record Judgement(
    String question,
    String annotator,
    AnnotatorKind kind,
    @Nullable Instant saidAt,
    Opinion opinion) {}
