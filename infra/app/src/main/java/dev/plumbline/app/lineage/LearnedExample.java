/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.lineage;

import dev.plumbline.events.PolicyVersionId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A revision of an example that names events, and who learned from it.
 *
 * @param exampleId the example
 * @param revision its number
 * @param itemId what it is about
 * @param feed the partition of its feed
 * @param offset where it stands
 * @param trustEpoch the epoch whose reliabilities weighed it; absent where all counted alike
 * @param eventIds what it rests on
 * @param learnedBy the versions that learned from this very revision
 */
public record LearnedExample(
    String exampleId,
    int revision,
    String itemId,
    int feed,
    long offset,
    @Nullable Long trustEpoch,
    List<String> eventIds,
    List<PolicyVersionId> learnedBy) {

  static LearnedExample of(Revision revision, List<PolicyVersionId> learnedBy) {
    return new LearnedExample(
        revision.exampleId(),
        revision.revision(),
        revision.itemId(),
        revision.feed(),
        revision.offset(),
        revision.trustEpoch(),
        revision.eventIds(),
        learnedBy);
  }
}
