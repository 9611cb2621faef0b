/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import dev.plumbline.events.PolicyVersion;
import dev.plumbline.events.Topics;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.TopicReader;
import dev.plumbline.kafka.TopicRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The committed versions of all policies, as the log of record tells them. Belongs to one thread.
 */
public final class PolicyVersions implements AutoCloseable {
  /** Longer than any transaction can stay open. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final TopicReader<String, PolicyVersion> reader;
  private final Map<String, List<PolicyVersion>> byPolicy = new TreeMap<>();

  private PolicyVersions(TopicReader<String, PolicyVersion> reader) {
    this.reader = reader;
  }

  /** Reads everything that was committed before this call. */
  public static PolicyVersions open(KafkaClients clients, String clientId) {
    var versions =
        new PolicyVersions(TopicReader.openAtBeginning(clients, clientId, Topics.POLICY_VERSIONS));
    try {
      versions.refresh();
      return versions;
    } catch (RuntimeException e) {
      versions.close();
      throw e;
    }
  }

  /** Reads on to everything that was committed before this call. */
  public void refresh() {
    reader.readToEnd(PATIENCE, this::add);
  }

  /** The versions that were committed since the last call of any method, waiting for some. */
  public List<PolicyVersion> poll(Duration timeout) {
    return reader.poll(timeout).stream().map(this::add).toList();
  }

  /** The newest version of a policy known so far. */
  public Optional<PolicyVersion> head(String policy) {
    List<PolicyVersion> versions = of(policy);
    return versions.isEmpty() ? Optional.empty() : Optional.of(versions.getLast());
  }

  /** The versions of a policy known so far, oldest first. */
  public List<PolicyVersion> of(String policy) {
    return List.copyOf(byPolicy.getOrDefault(policy, List.of()));
  }

  @Override
  public void close() {
    reader.close();
  }

  private PolicyVersion add(TopicRecord<String, PolicyVersion> record) {
    PolicyVersion version =
        record
            .value()
            .orElseThrow(
                () -> new IllegalStateException(record.place() + " holds no policy version"));
    byPolicy.computeIfAbsent(version.policy(), policy -> new ArrayList<>()).add(version);
    return version;
  }
}
