/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams.history;

import dev.plumbline.events.Boundary;
import dev.plumbline.events.ExampleCandidate;
import dev.plumbline.events.ExampleRecord;
import dev.plumbline.events.Split;
import dev.plumbline.events.Topics;
import dev.plumbline.events.TrainingExample;
import dev.plumbline.kafka.TopicLayout;
import dev.plumbline.streams.replay.LogRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The topic of examples, read once: whether ids, revisions and feeds are in order, the latest
 * revision of each example, and what a version needs to know of its range.
 *
 * <p>A feed that begins with another policy's examples was rebuilt from that policy's sources, up
 * to its own first example. What was rebuilt is not part of the final view: it was written for a
 * lineage that is to learn as if something had never been said.
 */
final class ExampleLog {
  private final Findings findings;
  private final TopicLayout layout;
  private final Map<String, LoggedExample> latest = new HashMap<>();
  private final Map<Integer, Map<String, LoggedExample>> rebuilt = new HashMap<>();
  private final Set<Integer> ownFeeds = new HashSet<>();
  private final Map<Integer, List<Entry>> feeds = new HashMap<>();
  private final Map<Integer, Set<String>> writers = new HashMap<>();

  /**
   * An example in its feed.
   *
   * @param heldOut whether its item is held out
   */
  record Entry(long offset, String exampleId, int revision, boolean heldOut, boolean withdrawn) {}

  ExampleLog(Findings findings, TopicLayout layout) {
    this.findings = findings;
    this.layout = layout;
  }

  void take(LogRecord record) {
    ExampleRecord value = Topics.EXAMPLES.value().decode(record.value().toArray());
    switch (value) {
      case Boundary boundary -> {
        findings.count("boundaries");
        requireOwn(record, boundary);
      }
      case TrainingExample example -> take(record, example);
    }
  }

  /** Returns the latest revision of each example, withdrawn ones too. */
  Map<String, LoggedExample> latest() {
    return latest;
  }

  /** Returns the examples of a feed in the range of offsets. */
  List<Entry> range(int feed, long from, long to) {
    List<Entry> entries = feeds.getOrDefault(feed, List.of());
    return entries.subList(first(entries, from), first(entries, to));
  }

  /** Returns the policies whose versions wrote a candidate in a feed. */
  Set<String> writers(int feed) {
    return writers.getOrDefault(feed, Set.of());
  }

  private void take(LogRecord record, TrainingExample example) {
    findings.count("example_revisions");
    LoggedExample logged = LoggedExample.of(record.place(), example);
    boolean isOwn = isOwn(record, example);
    Map<String, LoggedExample> view = latest;
    if (!isOwn && !ownFeeds.contains(record.partition())) {
      findings.count("example_revisions_rebuilt");
      view = rebuilt.computeIfAbsent(record.partition(), fresh -> new HashMap<>());
    } else {
      requireOwn(record, example);
      ownFeeds.add(record.partition());
    }
    @Nullable LoggedExample before = view.put(example.exampleId(), logged);
    int expected = before == null ? 1 : before.revision() + 1;
    if (example.revision() != expected) {
      findings.add(
          Promise.I2,
          record.place(),
          example.exampleId(),
          "has revision %d, expected %d%s"
              .formatted(
                  example.revision(),
                  expected,
                  before == null ? "" : ", after that at " + before.place()));
    }
    feeds
        .computeIfAbsent(record.partition(), fresh -> new ArrayList<>())
        .add(
            new Entry(
                record.offset(),
                example.exampleId(),
                example.revision(),
                example.split() == Split.HELD_OUT,
                logged.isWithdrawn()));
    for (ExampleCandidate candidate : LoggedExample.candidates(example)) {
      if (candidate.version() != null) {
        writers
            .computeIfAbsent(record.partition(), fresh -> new HashSet<>())
            .add(candidate.version().policy());
      }
    }
  }

  private boolean isOwn(LogRecord record, ExampleRecord value) {
    return layout.policies().contains(value.policy())
        && layout.feedOf(value.policy()) == record.partition();
  }

  private void requireOwn(LogRecord record, ExampleRecord value) {
    if (!isOwn(record, value)) {
      findings.add(
          Promise.I2,
          record.place(),
          value.policy(),
          "stands in a feed that isn't its policy's; the feeds are those of " + layout.policies());
    }
  }

  /** The index of the first entry at an offset or after it. */
  private static int first(List<Entry> entries, long offset) {
    int low = 0;
    int high = entries.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (entries.get(middle).offset() < offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
