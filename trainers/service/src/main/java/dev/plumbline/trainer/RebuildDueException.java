/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.events.TrainingExample;

/** What a lineage may have learned was withdrawn, and its lane was told not to go on from there. */
public final class RebuildDueException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RebuildDueException(PolicyVersionId parent, TrainingExample withdrawn, long offset) {
    super(
        "%s or a version before it may have learned example %s of item %s, which was withdrawn at offset %d of its feed: with revisions=rebuild no version follows. Rebuild the lineage without what was taken back: plumbline rebuild %s --without tainted; or go on with revisions=skip, allowing revisions to change (allow_changed)"
            .formatted(parent, withdrawn.exampleId(), withdrawn.itemId(), offset, parent.policy()));
  }
}
