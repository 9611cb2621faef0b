/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.lineage;

import dev.plumbline.events.PolicyVersion;
import dev.plumbline.events.PolicyVersionId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A version in a line of its lineage.
 *
 * @param id the version
 * @param parent the version it started from; absent for the base policy
 * @param examples how many examples it learned from
 * @param events how many events those rest on
 * @param annotators how many annotators said them
 * @param trustEpoch the newest epoch whose reliabilities weighed any of them; absent where all
 *     counted alike
 * @param taint whether it learned from what was taken back
 */
public record VersionSums(
    PolicyVersionId id,
    @Nullable PolicyVersionId parent,
    int examples,
    int events,
    int annotators,
    @Nullable Long trustEpoch,
    Taint taint) {

  /** Whether a version learned from what was taken back. */
  public enum Taint {
    NONE,
    /** An ancestor did. */
    BY_DESCENT,
    /** It did itself. */
    DIRECTLY
  }

  static VersionSums of(PolicyVersion version, List<Revision> learned, int events, int annotators) {
    return new VersionSums(
        version.id(),
        version.learned().parent(),
        learned.size(),
        events,
        annotators,
        learned.stream()
            .map(Revision::trustEpoch)
            .filter(epoch -> epoch != null)
            .max(Long::compare)
            .orElse(null),
        Taint.NONE);
  }

  VersionSums with(Taint found) {
    return new VersionSums(id, parent, examples, events, annotators, trustEpoch, found);
  }
}
