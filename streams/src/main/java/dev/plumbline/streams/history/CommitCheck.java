/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams.history;

import dev.plumbline.base.artifacts.ArtifactDigest;
import dev.plumbline.base.artifacts.ArtifactNotFoundException;
import dev.plumbline.base.artifacts.ArtifactStore;
import dev.plumbline.base.artifacts.CorruptArtifactException;
import dev.plumbline.events.PolicyAlias;
import dev.plumbline.events.PolicyVersion.ConsumedRange;
import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.events.Topics;
import dev.plumbline.streams.replay.Cut;
import dev.plumbline.streams.replay.LogRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Promises I4 and I6: what a version record names is there, whole, and nothing runs ahead of it.
 */
final class CommitCheck {
  private final Findings findings;

  CommitCheck(Findings findings) {
    this.findings = findings;
  }

  /** That every artifact exists and is what its digest says. */
  void checkArtifacts(List<VersionRecord> versions, ArtifactStore store) {
    Set<String> checked = new HashSet<>();
    for (VersionRecord record : versions) {
      String digest = record.learned().artifactDigest();
      if (!checked.add(digest)) {
        continue;
      }
      findings.count("artifacts");
      try {
        store.open(new ArtifactDigest(digest)).verify();
      } catch (IllegalArgumentException | ArtifactNotFoundException e) {
        findings.add(
            Promise.I4,
            record.place(),
            record.id(),
            "names no artifact: %s".formatted(e.getMessage()));
      } catch (CorruptArtifactException e) {
        findings.add(Promise.I6, record.place(), record.id(), e.getMessage());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /**
   * That the offset of each lane's group is the end of its newest version: both are one
   * transaction. A group without an offset has forgotten it, for the record alone counts.
   *
   * @param before each group's offsets before the versions were read
   * @param after and afterwards; in between the lane may have gone on
   */
  void checkGroups(List<VersionRecord> versions, Map<String, Cut> before, Map<String, Cut> after) {
    Map<String, VersionRecord> newest = new HashMap<>();
    versions.forEach(record -> newest.put(record.version().lane(), record));
    newest.forEach(
        (lane, record) -> {
          for (ConsumedRange range : record.learned().consumed()) {
            var log = new TopicPartition(range.topic(), range.partition());
            @Nullable Long first = before.get(lane).ends().get(log);
            @Nullable Long last = after.get(lane).ends().get(log);
            if (first != null && last != null && (range.to() < first || range.to() > last)) {
              findings.add(
                  Promise.I4,
                  record.place(),
                  record.id(),
                  "ends at %d of %s, but the group %s has committed %s"
                      .formatted(
                          range.to(),
                          log,
                          group(lane),
                          first.equals(last) ? first : first + " to " + last));
            }
          }
        });
  }

  /** That aliases point to versions. */
  void checkAlias(LogRecord record, List<VersionRecord> versions) {
    PolicyAlias alias = Topics.POLICY_ALIASES.value().decode(record.value().toArray());
    Set<PolicyVersionId> known =
        versions.stream().map(VersionRecord::id).collect(Collectors.toSet());
    if (!known.contains(alias.version())) {
      findings.add(
          Promise.I6,
          record.place(),
          alias.version(),
          "is called %s of %s, but was never published".formatted(alias.alias(), alias.policy()));
    }
  }

  /** The consumer group of a lane. */
  static String group(String lane) {
    return "trainer-" + lane;
  }
}
