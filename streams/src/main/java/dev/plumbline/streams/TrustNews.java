/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the trust task tells every partition. News come in the order of epochs. */
sealed interface TrustNews {

  /**
   * Some of those that count otherwise than by the snapshot before.
   *
   * @param weights by annotator id
   */
  record Reweighed(SortedMap<String, VoteWeight> weights) implements TrustNews {
    public Reweighed {
      weights = Collections.unmodifiableSortedMap(new TreeMap<>(weights));
    }
  }

  /**
   * A snapshot is complete.
   *
   * @param epoch the last epoch that it rests on; absent where nothing was ever counted
   * @param newcomer how much those count that no news named
   * @param through the last epoch that it holds for: none up to there adds anything to it
   */
  record Complete(@Nullable Long epoch, VoteWeight newcomer, long through) implements TrustNews {}
}
