/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.lineage;

import dev.plumbline.events.PolicyVersion;
import dev.plumbline.events.PolicyVersionId;
import java.util.List;
import java.util.SortedMap;

/**
 * Where a version comes from.
 *
 * @param version its record
 * @param sums it in a line
 * @param ancestors its parent, the parent of that, and so on to the base
 * @param exact whether its record says which examples were learned; else {@code examples} are all
 *     that may have been
 * @param examples what it learned from itself, in the order of the feed
 * @param annotators how many of its events each annotator said
 * @param takenBack events it learned from itself that were taken back
 * @param taintedAncestors ancestors that learned from events that were taken back
 */
public record VersionLineage(
    PolicyVersion version,
    VersionSums sums,
    List<PolicyVersionId> ancestors,
    boolean exact,
    List<LearnedExample> examples,
    SortedMap<String, Integer> annotators,
    List<NamedEvent> takenBack,
    List<PolicyVersionId> taintedAncestors) {}
