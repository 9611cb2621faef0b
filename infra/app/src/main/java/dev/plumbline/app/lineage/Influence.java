/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.lineage;

import dev.plumbline.events.PolicyVersionId;
import java.util.List;
import java.util.NavigableSet;

/**
 * Which versions learned from some events. Each version stands in one of the sets at most.
 *
 * @param events the events
 * @param takenBack those of them that were taken back; see {@link LineageIndex}
 * @param examples the revisions of examples that name any of them
 * @param directly versions that learned from such a revision
 * @param byDescent descendants of those
 * @param throughTrust versions that learned, themselves or by descent, from examples weighed by
 *     reliabilities in which the events may have counted
 */
public record Influence(
    List<NamedEvent> events,
    List<NamedEvent> takenBack,
    List<LearnedExample> examples,
    NavigableSet<PolicyVersionId> directly,
    NavigableSet<PolicyVersionId> byDescent,
    NavigableSet<PolicyVersionId> throughTrust) {}
