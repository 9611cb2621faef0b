/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway.live;

import dev.plumbline.events.PolicyVersionId;
import java.util.List;
import java.util.Optional;

/**
 * Somebody who knows where versions come from. Answers are trees of records, lists and maps; empty
 * for what isn't known. Safe for use by any thread.
 */
public interface LineageSource {
  /** Knows nothing. */
  LineageSource NONE =
      new LineageSource() {
        @Override
        public List<?> versions() {
          return List.of();
        }

        @Override
        public Optional<?> version(PolicyVersionId id) {
          return Optional.empty();
        }

        @Override
        public Optional<?> ofEvent(String eventId) {
          return Optional.empty();
        }

        @Override
        public Optional<?> ofAnnotator(String annotatorId) {
          return Optional.empty();
        }
      };

  /** Returns the newest versions of every policy in a line each; asked with every beat. */
  List<?> versions();

  /** Returns where a version comes from. */
  Optional<?> version(PolicyVersionId id);

  /** Returns who learned from an event. */
  Optional<?> ofEvent(String eventId);

  /** Returns who learned from what an annotator said. */
  Optional<?> ofAnnotator(String annotatorId);
}
