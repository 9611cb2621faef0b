/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement.trust;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Whom to believe after an epoch.
 *
 * @param epoch the last epoch whose counts it rests on
 * @param newcomer the standing of everybody that {@code standings} does not name
 * @param standings by annotator id
 */
public record TrustSnapshot(long epoch, Standing newcomer, SortedMap<String, Standing> standings) {
  public TrustSnapshot {
    standings = Collections.unmodifiableSortedMap(new TreeMap<>(standings));
  }

  /** Returns how far {@code annotator} is believed. */
  public Standing of(String annotator) {
    return standings.getOrDefault(annotator, newcomer);
  }
}
