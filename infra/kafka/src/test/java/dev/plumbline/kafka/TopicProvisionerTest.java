/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.kafka;

import static dev.plumbline.kafka.Fixtures.LAYOUT;
import static dev.plumbline.kafka.Fixtures.named;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.events.Prompt;
import dev.plumbline.events.Topic;
import dev.plumbline.events.Topics;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedBroker.class)
class TopicProvisionerTest {

  private final KafkaClients clients;
  private final TopicProvisioner provisioner;

  TopicProvisionerTest(KafkaClients clients) {
    this.clients = clients;
    this.provisioner = new TopicProvisioner(clients, LAYOUT);
  }

  @Test
  void shouldCreateTheCatalogueOnceAndAcceptItAfterwards() {
    Map<String, Uuid> created = provisioner.provision(Topics.ALL);
    Map<String, Uuid> accepted = provisioner.provision(Topics.ALL);

    assertThat(created).hasSize(Topics.ALL.size()).doesNotContainValue(Uuid.ZERO_UUID);
    assertThat(accepted).isEqualTo(created);
  }

  @Test
  void shouldAgreeWhenSeveralProcessesProvisionAtOnce() throws Exception {
    List<Topic<String, Prompt>> topics = List.of(named("provisioned-at-once", Topics.PROMPTS));
    List<Future<Map<String, Uuid>>> results;
    try (ExecutorService executor = Executors.newFixedThreadPool(3)) {
      Callable<Map<String, Uuid>> provision = () -> provisioner.provision(topics);
      results = executor.invokeAll(List.of(provision, provision, provision));
    }

    Map<String, Uuid> ids = results.getFirst().get();
    for (Future<Map<String, Uuid>> result : results) {
      assertThat(result.get()).isEqualTo(ids);
    }
  }

  @Test
  void shouldRefuseAnotherPartitionCountNamingTheRemedy() throws Exception {
    create("prompts-of-five", 5, Map.of());
    create("examples-of-one", 1, Map.of());
    create("versions-of-two", 2, Map.of());

    assertThatThrownBy(
            () ->
                provisioner.provision(
                    List.of(
                        named("prompts-of-five", Topics.PROMPTS),
                        named("examples-of-one", Topics.EXAMPLES),
                        named("versions-of-two", Topics.POLICY_VERSIONS))))
        .isInstanceOf(TopicMismatchException.class)
        .hasMessageContaining(
            "topic prompts-of-five: found 5 partitions, expected 3: set topics.item_partitions=5 if the cluster was laid out so")
        .hasMessageContaining(
            "topic examples-of-one: found 1 partitions, expected 2: add the feeds of the new policies with kafka-topics.sh --alter --topic examples-of-one --partitions 2")
        .hasMessageContaining("topic versions-of-two: found 2 partitions, expected 1");
  }

  @Test
  void shouldRefuseARetentionThatWouldForget() throws Exception {
    create("feedback-for-a-week", 3, Map.of(TopicConfig.RETENTION_MS_CONFIG, "604800000"));

    assertThatThrownBy(
            () -> provisioner.provision(List.of(named("feedback-for-a-week", Topics.FEEDBACK))))
        .hasMessageContaining(
            "topic feedback-for-a-week: found retention.ms=604800000, expected -1: set it with kafka-configs.sh --alter --entity-type topics --entity-name feedback-for-a-week --add-config retention.ms=-1");
  }

  @Test
  void shouldRefuseAnotherCleanupPolicy() throws Exception {
    create("aliases-deleted", 1, Map.of());

    assertThatThrownBy(
            () -> provisioner.provision(List.of(named("aliases-deleted", Topics.POLICY_ALIASES))))
        .hasMessageContaining("found cleanup.policy=delete, expected compact");
  }

  /** Topics made by hand here differ from the catalogue only in what the test says. */
  private void create(String name, int partitions, Map<String, String> config) throws Exception {
    try (Admin admin = clients.admin("test-admin")) {
      NewTopic topic = new NewTopic(name, partitions, (short) 1).configs(config);
      admin.createTopics(List.of(topic)).all().get();
    }
  }
}
