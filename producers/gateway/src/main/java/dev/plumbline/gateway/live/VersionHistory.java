/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway.live;

import dev.plumbline.events.PolicyVersion;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The newest versions of every policy. Owned by {@link LiveView}. */
final class VersionHistory {
  private final NavigableMap<String, NavigableMap<Integer, PolicyVersion>> byPolicy =
      new TreeMap<>();
  private final int capacityPerPolicy;

  VersionHistory(int capacityPerPolicy) {
    this.capacityPerPolicy = capacityPerPolicy;
  }

  void add(PolicyVersion version) {
    NavigableMap<Integer, PolicyVersion> versions =
        byPolicy.computeIfAbsent(version.policy(), policy -> new TreeMap<>());
    versions.put(version.id().number(), version);
    if (versions.size() > capacityPerPolicy) {
      versions.pollFirstEntry();
    }
  }

  List<String> policies() {
    return List.copyOf(byPolicy.keySet());
  }

  /** Returns the versions of a policy with a number larger than {@code number}, oldest first. */
  List<PolicyVersion> after(String policy, int number) {
    NavigableMap<Integer, PolicyVersion> versions = byPolicy.get(policy);
    return versions == null ? List.of() : List.copyOf(versions.tailMap(number, false).values());
  }

  /** Returns up to {@code limit} versions of a policy, newest first. */
  List<PolicyVersion> newest(String policy, int limit) {
    NavigableMap<Integer, PolicyVersion> versions = byPolicy.get(policy);
    return versions == null
        ? List.of()
        : versions.descendingMap().values().stream().limit(limit).toList();
  }
}
