/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.lineage;

import dev.plumbline.events.PolicyVersion;
import dev.plumbline.events.PolicyVersion.ConsumedRange;
import dev.plumbline.events.PolicyVersionId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** All versions: who descends from whom, and who consumed what. Used by one thread. */
final class VersionTree {
  private record Consumer(
      PolicyVersionId version, ConsumedRange range, @Nullable Set<Long> learned) {
    boolean mayHaveLearned(long offset) {
      return offset < range.to() && (learned == null || learned.contains(offset));
    }
  }

  private final NavigableMap<PolicyVersionId, PolicyVersion> versions = new TreeMap<>();
  private final Map<PolicyVersionId, List<PolicyVersionId>> children = new HashMap<>();

  /** By feed and policy, by first offset; the ranges of one policy don't overlap. */
  private final Map<Integer, Map<String, NavigableMap<Long, Consumer>>> consumers = new HashMap<>();

  /** Takes a version; ranges of another topic than that of the given id count for nothing. */
  void add(PolicyVersion version, String examplesTopicId) {
    versions.put(version.id(), version);
    @Nullable PolicyVersionId parent = version.learned().parent();
    if (parent != null) {
      children.computeIfAbsent(parent, id -> new ArrayList<>()).add(version.id());
    }
    for (ConsumedRange range : version.learned().consumed()) {
      if (range.topicId().equals(examplesTopicId) && range.to() > range.from()) {
        consumers
            .computeIfAbsent(range.partition(), feed -> new HashMap<>())
            .computeIfAbsent(version.policy(), policy -> new TreeMap<>())
            .put(
                range.from(),
                new Consumer(
                    version.id(),
                    range,
                    range.learned().<Set<Long>>map(HashSet::new).orElse(null)));
      }
    }
  }

  Optional<PolicyVersion> get(PolicyVersionId id) {
    return Optional.ofNullable(versions.get(id));
  }

  Collection<PolicyVersion> all() {
    return Collections.unmodifiableCollection(versions.values());
  }

  /** The versions that consumed a record of a feed and learned from it, or may have. */
  List<PolicyVersionId> learnedFrom(int feed, long offset) {
    return consumers.getOrDefault(feed, Map.of()).values().stream()
        .map(ranges -> ranges.floorEntry(offset))
        .filter(entry -> entry != null && entry.getValue().mayHaveLearned(offset))
        .map(entry -> entry.getValue().version())
        .sorted()
        .toList();
  }

  /** The parent, the parent of that, and so on. */
  List<PolicyVersionId> ancestors(PolicyVersionId id) {
    List<PolicyVersionId> ancestors = new ArrayList<>();
    @Nullable PolicyVersion version = versions.get(id);
    while (version != null && version.learned().parent() != null) {
      ancestors.add(version.learned().parent());
      version = versions.get(version.learned().parent());
    }
    return ancestors;
  }

  /** All that descend from any of these, themselves left out. */
  NavigableSet<PolicyVersionId> descendants(Collection<PolicyVersionId> of) {
    NavigableSet<PolicyVersionId> found = new TreeSet<>();
    List<PolicyVersionId> open = new ArrayList<>(of);
    while (!open.isEmpty()) {
      for (PolicyVersionId child : children.getOrDefault(open.removeLast(), List.of())) {
        if (found.add(child)) {
          open.add(child);
        }
      }
    }
    found.removeAll(of);
    return found;
  }
}
