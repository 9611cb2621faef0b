/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.erasure;

import dev.plumbline.app.lineage.Influence;
import dev.plumbline.app.lineage.LineageIndex;
import dev.plumbline.app.models.InputException;
import dev.plumbline.events.PolicyVersionId;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What an erasure came to.
 *
 * @param subject who was erased
 * @param partitions partitions of {@code feedback} that hold the retraction
 * @param followed whether streams have taken everything back
 * @param outstanding the offsets that streams still have to come to, by partition of {@code
 *     feedback}
 * @param events what they had said, or others of their texts
 * @param directly versions that had learned from it
 * @param byDescent descendants of those
 * @param throughTrust versions that had learned from examples weighed with reliabilities in which
 *     it may have counted
 */
public record ErasureReport(
    String subject,
    int partitions,
    boolean followed,
    SortedMap<Integer, Long> outstanding,
    int events,
    SortedSet<PolicyVersionId> directly,
    SortedSet<PolicyVersionId> byDescent,
    SortedSet<PolicyVersionId> throughTrust) {

  /**
   * @param partitions partitions that the retraction was written to
   * @param outstanding what streams still have to come to
   * @param lineage as it is after the retraction
   */
  public static ErasureReport of(
      String subject, int partitions, SortedMap<Integer, Long> outstanding, LineageIndex lineage) {
    Influence influence;
    try {
      influence = lineage.ofSubject(subject);
    } catch (InputException e) {
      // No log holds anything of them: nothing can have been learned.
      influence =
          new Influence(
              List.of(), List.of(), List.of(), new TreeSet<>(), new TreeSet<>(), new TreeSet<>());
    }
    return new ErasureReport(
        subject,
        partitions,
        outstanding.isEmpty(),
        outstanding,
        influence.events().size(),
        influence.directly(),
        influence.byDescent(),
        influence.throughTrust());
  }
}
