/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams.history;

import dev.plumbline.events.Identity;
import dev.plumbline.events.PolicyVersion;
import dev.plumbline.events.PolicyVersion.ConsumedRange;
import dev.plumbline.events.PolicyVersion.Learned;
import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.events.Topics;
import dev.plumbline.streams.replay.Cut;
import dev.plumbline.streams.replay.Logs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Promises I3, I5 and I7: each version follows the newest of its policy at that time, or branches
 * off another policy's; it learned from where its parent ended, and what it says of its range is
 * what stands there.
 */
final class LineageCheck {
  private final Findings findings;
  private final Logs logs;
  private final ExampleLog examples;
  private final Cut ends;
  private final Map<PolicyVersionId, VersionRecord> versions = new HashMap<>();
  private final Map<String, VersionRecord> heads = new HashMap<>();
  private final Map<Inputs, List<VersionRecord>> byInputs = new HashMap<>();

  /** What an artifact is a function of. */
  private record Inputs(
      String parentDigest,
      String configHash,
      PolicyVersion.BaseModel base,
      String engine,
      String objective,
      String exampleHash,
      List<ConsumedRange> consumed,
      long heldOutFrom) {}

  /**
   * @param ends how far the examples were read
   */
  LineageCheck(Findings findings, Logs logs, ExampleLog examples, Cut ends) {
    this.findings = findings;
    this.logs = logs;
    this.examples = examples;
    this.ends = ends;
  }

  void check(List<VersionRecord> all) {
    for (VersionRecord record : all) {
      findings.count("versions");
      @Nullable VersionRecord parent = parent(record);
      for (ConsumedRange range : record.version().learned().consumed()) {
        checkRange(record, parent, range);
      }
      checkExampleHash(record, parent);
      checkCounts(record);
      checkLearned(record);
      checkDigest(record, parent);
      versions.putIfAbsent(record.id(), record);
      heads.put(record.version().policy(), record);
    }
  }

  /** Finds the parent, and what is wrong with it; null for a base or where it doesn't exist. */
  private @Nullable VersionRecord parent(VersionRecord record) {
    @Nullable PolicyVersionId parentId = record.version().learned().parent();
    @Nullable VersionRecord head = heads.get(record.version().policy());
    @Nullable VersionRecord parent = parentId == null ? null : versions.get(parentId);
    if (versions.containsKey(record.id())) {
      broken(record, Promise.I7, "was published before, at " + versions.get(record.id()).place());
    } else if (head == null) {
      if (parentId == null ? record.id().number() != 0 : parent == null) {
        broken(
            record,
            Promise.I3,
            "is the first version of its policy with parent %s; expected number 0 without parent, or a known one of another policy"
                .formatted(parentId));
      }
    } else {
      if (!head.id().equals(parentId)) {
        broken(
            record,
            Promise.I7,
            "has parent %s, but the newest version of its policy then was %s"
                .formatted(parentId, head.id()));
      } else if (record.id().number() != head.id().number() + 1) {
        broken(record, Promise.I3, "follows " + head.id() + ", expected " + head.id().next());
      }
      if (!head.version().lane().equals(record.version().lane())) {
        broken(
            record,
            Promise.I7,
            "was written by lane %s, but %s by lane %s: expected one lane per policy"
                .formatted(record.version().lane(), head.id(), head.version().lane()));
      }
    }
    return parent;
  }

  private void checkRange(
      VersionRecord record, @Nullable VersionRecord parent, ConsumedRange range) {
    Optional<String> topicId = logs.topicId(range.topic());
    if (!topicId.equals(Optional.of(range.topicId()))) {
      broken(
          record,
          Promise.I3,
          "learned from topic %s with id %s, but its id is %s"
              .formatted(range.topic(), range.topicId(), topicId.orElse("none: it doesn't exist")));
    }
    long end = ends.end(new TopicPartition(range.topic(), range.partition()));
    if (range.to() > end) {
      broken(
          record,
          Promise.I3,
          "learned up to %d of %s-%d, which ends at %d"
              .formatted(range.to(), range.topic(), range.partition(), end));
    }
    if (parent == null) {
      return;
    }
    for (ConsumedRange before : parent.version().learned().consumed()) {
      if (before.topicId().equals(range.topicId())
          && before.partition() == range.partition()
          && before.to() != range.from()) {
        broken(
            record,
            Promise.I3,
            "begins at %d of %s-%d, but its parent %s ended at %d"
                .formatted(
                    range.from(), range.topic(), range.partition(), parent.id(), before.to()));
      }
    }
  }

  private void checkExampleHash(VersionRecord record, @Nullable VersionRecord parent) {
    Learned learned = record.version().learned();
    if (learned.parent() != null && parent == null) {
      return;
    }
    String hash = parent == null ? Identity.hash("consumed") : parent.learned().exampleHash();
    for (ConsumedRange range : learned.consumed()) {
      for (ExampleLog.Entry entry : entries(range)) {
        hash = Identity.chained(hash, entry.exampleId(), entry.revision());
      }
    }
    if (!hash.equals(learned.exampleHash())) {
      broken(
          record,
          Promise.I3,
          "has example hash %.12s, but its range gives %.12s"
              .formatted(learned.exampleHash(), hash));
    }
  }

  /** What became of its examples, as far as the feed alone decides it. */
  private void checkCounts(VersionRecord record) {
    PolicyVersion.ExampleCounts counts = record.learned().counts();
    int superseded = 0;
    int heldOut = 0;
    int rest = 0;
    for (ConsumedRange range : record.learned().consumed()) {
      Set<String> later = new HashSet<>();
      for (ExampleLog.Entry entry : entries(range).reversed()) {
        if (!later.add(entry.exampleId())) {
          superseded++;
        } else if (entry.heldOut() && !entry.withdrawn()) {
          heldOut++;
        } else {
          rest++;
        }
      }
    }
    int others =
        counts.learned()
            + counts.skipped()
            + counts.withdrawn()
            + counts.unusable()
            + counts.parked();
    if (counts.superseded() != superseded || counts.heldOut() != heldOut || others != rest) {
      broken(
          record,
          Promise.I3,
          "counts %s, but its range holds %d held out, %d superseded and %d others"
              .formatted(counts, heldOut, superseded, rest));
    }
  }

  /** Where a version names what it learned: examples to learn from, each the last of its range. */
  private void checkLearned(VersionRecord record) {
    for (ConsumedRange range : record.learned().consumed()) {
      List<Long> learned = range.learned().orElse(List.of());
      Map<Long, ExampleLog.Entry> learnable = new HashMap<>();
      Map<String, ExampleLog.Entry> last = new HashMap<>();
      entries(range).forEach(entry -> last.put(entry.exampleId(), entry));
      last.values().stream()
          .filter(entry -> !entry.heldOut() && !entry.withdrawn())
          .forEach(entry -> learnable.put(entry.offset(), entry));
      for (long offset : learned) {
        if (!learnable.containsKey(offset)) {
          broken(
              record,
              Promise.I3,
              "learned what stands at %d of %s-%d, which is held out, withdrawn, superseded within its range, or no example"
                  .formatted(offset, range.topic(), range.partition()));
        }
      }
    }
  }

  /**
   * Versions of different policies are compared only if neither wrote candidates of the feed: how
   * old a candidate is depends on whose it is.
   */
  private void checkDigest(VersionRecord record, @Nullable VersionRecord parent) {
    Learned learned = record.learned();
    if (learned.parent() != null && parent == null) {
      return;
    }
    var inputs =
        new Inputs(
            parent == null ? "" : parent.learned().artifactDigest(),
            learned.configHash(),
            learned.base(),
            learned.engine(),
            learned.objective(),
            learned.exampleHash(),
            learned.consumed(),
            learned.heldOutFrom());
    List<VersionRecord> equals = byInputs.computeIfAbsent(inputs, fresh -> new ArrayList<>());
    for (VersionRecord other : equals) {
      boolean comparable =
          other.version().policy().equals(record.version().policy())
              || learned.consumed().stream()
                  .map(range -> examples.writers(range.partition()))
                  .noneMatch(
                      writers ->
                          writers.contains(other.version().policy())
                              || writers.contains(record.version().policy()));
      if (comparable && !other.learned().artifactDigest().equals(learned.artifactDigest())) {
        broken(
            record,
            Promise.I5,
            "has artifact %.12s, but %s learned the same from the same and has %.12s"
                .formatted(learned.artifactDigest(), other.id(), other.learned().artifactDigest()));
        break;
      }
    }
    equals.add(record);
  }

  private List<ExampleLog.Entry> entries(ConsumedRange range) {
    return range.topic().equals(Topics.EXAMPLES.name())
        ? examples.range(range.partition(), range.from(), range.to())
        : List.of();
  }

  private void broken(VersionRecord record, Promise promise, String problem) {
    findings.add(promise, record.place(), record.id(), problem);
  }
}
