/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.judgement.trust.TrustCounts;

/** What partitions tell the trust task. Reports of one partition come in the order of its log. */
sealed interface EpochReport {

  /** What a partition counted in an epoch, or a piece of it. */
  record Counted(long epoch, TrustCounts counts) implements EpochReport {}

  /**
   * A partition has reported all that it will ever count in epochs up to and including one.
   *
   * @param through the last one
   */
  record Closed(int partition, long through) implements EpochReport {}
}
