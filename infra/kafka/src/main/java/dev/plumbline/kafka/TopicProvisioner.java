/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.kafka;

import dev.plumbline.events.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the topics of a cluster match the catalogue: creates those that are absent, refuses those
 * that differ. It alters none unasked, for every alteration but a further feed loses or moves
 * records.
 */
public final class TopicProvisioner {

  private static final Logger log = LoggerFactory.getLogger(TopicProvisioner.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final KafkaClients clients;
  private final TopicLayout layout;

  public TopicProvisioner(KafkaClients clients, TopicLayout layout) {
    this.clients = clients;
    this.layout = layout;
  }

  /**
   * Creates what is absent and checks the rest. Several processes may do so at once.
   *
   * @return the id of each topic by name; a topic that is deleted and made anew has another
   * @throws TopicMismatchException naming topic, what was found, what was expected and the remedy
   */
  public Map<String, Uuid> provision(Collection<? extends Topic<?, ?>> topics) {
    try (Admin admin = clients.admin("plumbline-topics")) {
      Set<String> existing = get(admin.listTopics().names());
      List<NewTopic> absent =
          topics.stream()
              .filter(topic -> !existing.contains(topic.name()))
              .map(this::description)
              .toList();
      for (KafkaFuture<Void> created : admin.createTopics(absent).values().values()) {
        try {
          get(created);
        } catch (TopicExistsException createdMeanwhileByAnother) {
          log.debug("another process was faster: {}", createdMeanwhileByAnother.getMessage());
        }
      }
      awaitKnown(topics);
      return check(admin, topics);
    }
  }

  /**
   * Gives a topic of feeds the partitions that it lacks. Nothing moves: whoever writes a feed names
   * its partition. A topic that is absent is left to {@link #provision}.
   */
  public void addFeeds(Topic<?, ?> topic) {
    if (topic.partitioning() != Topic.Partitioning.BY_FEED) {
      throw new IllegalArgumentException("topic %s has no feeds".formatted(topic.name()));
    }
    try (Admin admin = clients.admin("plumbline-feeds")) {
      if (get(admin.listTopics().names()).contains(topic.name())) {
        int found =
            get(admin.describeTopics(List.of(topic.name())).allTopicNames())
                .get(topic.name())
                .partitions()
                .size();
        int expected = layout.partitions(topic);
        if (found < expected) {
          get(
              admin
                  .createPartitions(Map.of(topic.name(), NewPartitions.increaseTo(expected)))
                  .all());
        }
      }
    }
  }

  /** A broker learns of a new topic a moment after the controller has created it. */
  private void awaitKnown(Collection<? extends Topic<?, ?>> topics) {
    try (KafkaProducer<byte[], byte[]> waiting = clients.producer("plumbline-topics", PATIENCE)) {
      topics.forEach(topic -> waiting.partitionsFor(topic.name()));
    }
  }

  private NewTopic description(Topic<?, ?> topic) {
    Map<String, String> config = expectedConfig(topic);
    config.put(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, layout.replicationFactor() > 2 ? "2" : "1");
    return new NewTopic(topic.name(), layout.partitions(topic), (short) layout.replicationFactor())
        .configs(config);
  }

  private static Map<String, String> expectedConfig(Topic<?, ?> topic) {
    Map<String, String> config = new LinkedHashMap<>();
    switch (topic.cleanup()) {
      case KEEP_ALL -> {
        config.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);
        config.put(TopicConfig.RETENTION_MS_CONFIG, "-1");
        config.put(TopicConfig.RETENTION_BYTES_CONFIG, "-1");
      }
      case COMPACT ->
          config.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
    }
    config.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "CreateTime");
    // A derived record has the time of what it rests on: a clock that once ran ahead must not make
    // a broker refuse it, which would stop streams for good.
    config.put(TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG, Long.toString(Long.MAX_VALUE));
    config.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(topic.maxRecordBytes()));
    return config;
  }

  private Map<String, Uuid> check(Admin admin, Collection<? extends Topic<?, ?>> topics) {
    List<String> names = topics.stream().<String>map(Topic::name).toList();
    Map<String, TopicDescription> found = get(admin.describeTopics(names).allTopicNames());
    Map<ConfigResource, Config> configs =
        get(admin.describeConfigs(names.stream().map(TopicProvisioner::resource).toList()).all());
    List<String> differences = new ArrayList<>();
    Map<String, Uuid> ids = new TreeMap<>();
    for (Topic<?, ?> topic : topics) {
      TopicDescription description = found.get(topic.name());
      ids.put(topic.name(), description.topicId());
      comparePartitions(topic, description.partitions().size(), differences);
      compareConfig(topic, configs.get(resource(topic.name())), differences);
    }
    if (!differences.isEmpty()) {
      throw new TopicMismatchException(clients.connection(), differences);
    }
    return ids;
  }

  private void comparePartitions(Topic<?, ?> topic, int found, List<String> differences) {
    int expected = layout.partitions(topic);
    if (found == expected) {
      return;
    }
    String remedy =
        switch (topic.partitioning()) {
          case BY_ITEM ->
              "set topics.item_partitions=%d if the cluster was laid out so, or use a new cluster"
                  .formatted(found);
          case BY_FEED ->
              found < expected
                  ? "add the feeds of the new policies with kafka-topics.sh --alter --topic %s --partitions %d"
                      .formatted(topic.name(), expected)
                  : "name all %d policies, in the order of their feeds, in topics.policies"
                      .formatted(found);
          case SINGLE -> "use a new cluster: a log of record can't be merged from partitions";
        };
    differences.add(
        "topic %s: found %d partitions, expected %d: %s"
            .formatted(topic.name(), found, expected, remedy));
  }

  private static void compareConfig(Topic<?, ?> topic, Config found, List<String> differences) {
    expectedConfig(topic)
        .forEach(
            (name, expected) -> {
              String value = found.get(name).value();
              if (!expected.equals(value)) {
                differences.add(
                    "topic %s: found %s=%s, expected %s: set it with kafka-configs.sh --alter --entity-type topics --entity-name %s --add-config %s=%s"
                        .formatted(
                            topic.name(), name, value, expected, topic.name(), name, expected));
              }
            });
  }

  private static ConfigResource resource(String topic) {
    return new ConfigResource(ConfigResource.Type.TOPIC, topic);
  }

  private static <T> T get(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
