/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.rewards;

import dev.plumbline.app.models.InputException;
import dev.plumbline.base.artifacts.ArtifactContent;
import dev.plumbline.base.artifacts.ArtifactDigest;
import dev.plumbline.base.artifacts.ArtifactStore;
import dev.plumbline.events.Identity;
import dev.plumbline.events.PolicyVersion;
import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.events.Topics;
import dev.plumbline.kafka.EventPublisher;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.lm.ModelIdentity;
import dev.plumbline.trainer.PolicyVersions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Publishes what was learned from files as a version, like a policy's: the artifact is durable
 * first, then one record in one transaction makes the version. It names no range of a feed, because
 * none was consumed. A name has one writer: a policy that learns from a feed is refused, and of two
 * who publish at once under one name the first is fenced.
 *
 * @param clients of the cluster
 * @param artifacts where files go
 * @param clock of the record's observed part
 */
record Publication(KafkaClients clients, ArtifactStore artifacts, InstantSource clock) {
  private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(10);
  private static final String NOT_KNOWN = "not recorded: published from files";

  /**
   * Publishes files.
   *
   * @param name of the reward model or controller
   * @param objective what it was learned by, for example {@code controller/head}
   * @param base the model below it
   * @return the version; the newest one where it has these files already
   */
  PolicyVersion publish(
      String name, String objective, SortedMap<String, byte[]> files, ModelIdentity base) {
    String writer = "trainer-" + name;
    try (PolicyVersions versions = PolicyVersions.open(clients, writer + "-publish-versions")) {
      requirePublished(name, versions.head(name));
      ArtifactDigest digest = store(files);
      try (KafkaProducer<byte[], byte[]> producer =
          clients.transactionalProducer(writer + "-publish", writer, TRANSACTION_TIMEOUT)) {
        producer.initTransactions();
        versions.refresh();
        Optional<PolicyVersion> head = versions.head(name);
        requirePublished(name, head);
        if (head.isPresent() && head.get().learned().artifactDigest().equals(digest.hex())) {
          return head.get();
        }
        PolicyVersion next =
            version(name, head.map(PolicyVersion::id).orElse(null), objective, digest, base);
        producer.beginTransaction();
        CompletableFuture<RecordMetadata> sent =
            new EventPublisher(producer).publish(Topics.POLICY_VERSIONS, name, next);
        producer.flush();
        sent.join();
        producer.commitTransaction();
        return next;
      }
    }
  }

  private ArtifactDigest store(SortedMap<String, byte[]> files) {
    Map<String, ArtifactContent> contents = new TreeMap<>();
    files.forEach((path, bytes) -> contents.put(path, ArtifactContent.of(bytes)));
    try {
      return artifacts.put(contents);
    } catch (IOException e) {
      throw new UncheckedIOException("the artifact can't be stored: " + e.getMessage(), e);
    }
  }

  private static void requirePublished(String name, Optional<PolicyVersion> head) {
    if (head.isPresent() && !head.get().learned().consumed().isEmpty()) {
      throw new InputException(
          "--as",
          "%s is a policy that lane '%s' writes from a feed (%s): choose another name"
              .formatted(name, head.get().lane(), head.get().id()));
    }
  }

  private PolicyVersion version(
      String name,
      @Nullable PolicyVersionId parent,
      String objective,
      ArtifactDigest digest,
      ModelIdentity base) {
    PolicyVersion.Learned learned =
        new PolicyVersion.Learned(
            parent,
            digest.hex(),
            List.of(),
            Identity.hash("consumed"),
            new PolicyVersion.ExampleCounts(0, 0, 0, 0, 0, 0, 0),
            0,
            Map.of(),
            objective,
            Identity.hash("published", digest.hex()),
            new PolicyVersion.BaseModel(base.name(), base.weightsSha256(), base.tokenizerSha256()),
            NOT_KNOWN,
            0);
    PolicyVersionId id = parent == null ? new PolicyVersionId(name, 1) : parent.next();
    return new PolicyVersion(
        id, name, learned, new PolicyVersion.Observed(clock.instant(), null, Map.of()));
  }
}
