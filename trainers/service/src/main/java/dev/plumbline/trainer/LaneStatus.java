/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import dev.plumbline.events.PolicyVersionId;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a lane is doing at one moment.
 *
 * @param phase what it does
 * @param head the newest version of its policy that it knows of
 * @param gathered examples to learn from that are at hand for the next version
 * @param wanted how many make a version
 * @param learned examples of the next version already learned from, over all passes
 */
public record LaneStatus(
    Phase phase, @Nullable PolicyVersionId head, int gathered, int wanted, int learned) {

  /** What a lane does. */
  public enum Phase {
    /** Waits for its feed to be assigned. */
    JOINING,
    /** Fences its predecessor and loads the newest version. */
    RECOVERING,
    /** Gathers examples. */
    GATHERING,
    /** Takes optimizer steps. */
    LEARNING,
    /** Scores, stores and announces a version. */
    PUBLISHING,
    /** Has ended. */
    ENDED;

    /** The phase as a word: {@code joining}. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
