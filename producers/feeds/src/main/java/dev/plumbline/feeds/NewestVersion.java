/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import dev.plumbline.events.PolicyVersion;
import dev.plumbline.events.PolicyVersion.ConsumedRange;
import dev.plumbline.events.Topics;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.TopicReader;
import dev.plumbline.kafka.TopicRecord;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The newest published version of one policy, followed on its topic. Belongs to one thread. */
final class NewestVersion implements AutoCloseable {
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(30);

  private final String policy;
  private final TopicReader<String, PolicyVersion> versions;
  private @Nullable PolicyVersion newest;

  private NewestVersion(String policy, TopicReader<String, PolicyVersion> versions) {
    this.policy = policy;
    this.versions = versions;
  }

  /** Reads all versions published so far. */
  static NewestVersion open(KafkaClients clients, String clientId, String policy) {
    var version =
        new NewestVersion(
            policy, TopicReader.openAtBeginning(clients, clientId, Topics.POLICY_VERSIONS));
    try {
      version.versions.readToEnd(READ_TIMEOUT, version::see);
      return version;
    } catch (RuntimeException e) {
      version.close();
      throw e;
    }
  }

  /** Takes note of what was published since, without waiting. */
  void refresh() {
    versions.poll(Duration.ZERO).forEach(this::see);
  }

  /** The newest version; empty when none was published. */
  Optional<PolicyVersion> get() {
    return Optional.ofNullable(newest);
  }

  /** The first offset of a feed that the newest version has not learned from. */
  long learnedTo(int feed) {
    return get().stream()
        .flatMap(version -> version.learned().consumed().stream())
        .filter(range -> range.topic().equals(Topics.EXAMPLES.name()) && range.partition() == feed)
        .mapToLong(ConsumedRange::to)
        .max()
        .orElse(0);
  }

  @Override
  public void close() {
    versions.close();
  }

  private void see(TopicRecord<String, PolicyVersion> published) {
    published
        .value()
        .filter(version -> version.policy().equals(policy))
        .ifPresent(version -> newest = version);
  }
}
