/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement.trust;

import dev.plumbline.judgement.Trust;
import java.util.EnumSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Computes whom to believe from what was counted. A pure function. */
public final class TrustEstimate {
  private TrustEstimate() {}

  /** Returns the snapshot that follows from {@code ledger}. */
  public static TrustSnapshot of(TrustLedger ledger, TrustPolicy policy) {
    Standing newcomer =
        new Standing(policy.newcomerReliabilityPpm(), Trust.FULL_PPM, 0, 0, 0, Set.of());
    SortedMap<String, Standing> standings = new TreeMap<>();
    ledger.annotators().forEach((id, entry) -> standings.put(id, newcomer));
    policy
        .blocked()
        .forEach(
            id ->
                standings.put(
                    id, new Standing(500_000, 0, 0, 0, 0, EnumSet.of(Suspicion.BY_HAND))));
    return new TrustSnapshot(ledger.epoch(), newcomer, standings);
  }
}
