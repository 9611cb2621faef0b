/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import dev.plumbline.events.PolicyVersion;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** What the lanes of a run have published, each version one line as it comes. For any thread. */
final class PublishedVersions {
  private final SequencedMap<String, List<PolicyVersion>> byPolicy = new LinkedHashMap<>();
  private final PrintStream lines;

  /**
   * @param policies of the lanes, the main one first
   * @param lines where versions are printed
   */
  PublishedVersions(List<String> policies, PrintStream lines) {
    policies.forEach(policy -> byPolicy.put(policy, new ArrayList<>()));
    this.lines = lines;
  }

  /** Takes a version that was learned. */
  synchronized void add(PolicyVersion version) {
    lines.println(VersionLine.of(version));
    lines.flush();
    byPolicy.get(version.policy()).add(version);
  }

  /** Whether every lane has published so many. */
  synchronized boolean hasOfEach(int versions) {
    return byPolicy.values().stream().allMatch(published -> published.size() >= versions);
  }

  /** The last version of each policy that has any, the main one first if it has. */
  synchronized List<PolicyVersion> last() {
    return byPolicy.values().stream()
        .filter(published -> !published.isEmpty())
        .map(List::getLast)
        .toList();
  }
}
