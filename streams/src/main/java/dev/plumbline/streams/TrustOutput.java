/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.TrustEpoch;
import dev.plumbline.judgement.trust.TrustCounts;
import dev.plumbline.judgement.trust.TrustSnapshot;

/** What the trust task hands out. */
sealed interface TrustOutput {

  /** How far an annotator is believed now. */
  record Publish(TrustEpoch epoch) implements TrustOutput {}

  /** An epoch is closed in all partitions. */
  record Closed(TrustSnapshot snapshot, TrustCounts counts) implements TrustOutput {}

  /** Something that every partition must know. */
  record Tell(TrustNews news) implements TrustOutput {}
}
