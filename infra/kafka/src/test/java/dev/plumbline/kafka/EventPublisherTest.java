/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.kafka;

import static dev.plumbline.kafka.Fixtures.ACCEPTED;
import static dev.plumbline.kafka.Fixtures.LAYOUT;
import static dev.plumbline.kafka.Fixtures.named;
import static dev.plumbline.kafka.Fixtures.prompt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.events.Boundary;
import dev.plumbline.events.BoundaryReason;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.Topic;
import dev.plumbline.events.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedBroker.class)
class EventPublisherTest {

  private final KafkaClients clients;
  private final KafkaProducer<byte[], byte[]> producer;
  private final EventPublisher publisher;

  EventPublisherTest(KafkaClients clients) {
    this.clients = clients;
    this.producer = clients.producer("test", Duration.ofSeconds(5));
    this.publisher = new EventPublisher(producer);
  }

  @AfterEach
  void close() {
    producer.close();
  }

  @Test
  void shouldWriteValueHeadersAndAcceptedTimeToThePartitionOfTheKey() {
    Topic<String, Prompt> topic = provisioned(named("published-prompts", Topics.PROMPTS));
    List<String> items = List.of("a", "b", "c", "d", "e", "f");

    for (String item : items) {
      publisher.publish(topic, item, prompt(item)).join();
    }

    List<TopicRecord<String, Prompt>> records = readAll(topic);
    assertThat(records).extracting(r -> r.key().orElseThrow()).hasSameElementsAs(items);
    for (TopicRecord<String, Prompt> record : records) {
      String item = record.key().orElseThrow();
      assertThat(record.value()).contains(prompt(item));
      assertThat(record.partition()).isEqualTo(LAYOUT.partitionOf(item));
      assertThat(record.time()).isEqualTo(ACCEPTED);
      assertThat(record.header("ce_id")).contains(item);
      assertThat(record.header("ce_type")).contains("dev.plumbline.prompt.v1");
      assertThat(record.header("ce_subject")).contains(item);
      assertThat(record.header("absent")).isEmpty();
    }
  }

  @Test
  void shouldWriteExamplesToTheFeedOnly() {
    var topic = provisioned(named("published-examples", Topics.EXAMPLES));
    Boundary boundary = new Boundary("robot", BoundaryReason.PUBLISH_NOW, ACCEPTED);

    publisher.publish(topic, LAYOUT.feedOf("robot"), "robot", boundary).join();

    assertThat(readAll(topic))
        .singleElement()
        .satisfies(
            record -> {
              assertThat(record.partition()).isEqualTo(1);
              assertThat(record.value()).contains(boundary);
            });
    assertThatThrownBy(() -> publisher.publish(topic, "robot", boundary))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "a record of topic published-examples needs its feed as partition, not only the key robot");
  }

  @Test
  void shouldRefuseARecordThatItsTopicCannotHold() {
    Topic<String, Prompt> narrow =
        new Topic<>(
            "narrow-prompts",
            Topics.PROMPTS.key(),
            Topics.PROMPTS.value(),
            Topic.Partitioning.BY_ITEM,
            Topic.Cleanup.KEEP_ALL,
            20);

    assertThatThrownBy(() -> publisher.publish(narrow, "item", prompt("item")).join())
        .hasCauseInstanceOf(RecordTooLargeException.class)
        .hasMessageContaining(
            "a record of topic narrow-prompts has at most 20 bytes, but this one (key item) has ");
  }

  @Test
  void shouldCompleteWithTheReasonWhenTheBrokerCannotTakeIt() {
    try (KafkaProducer<byte[], byte[]> impatient =
        clients.producer("test-impatient", Duration.ofMillis(200))) {
      Topic<String, Prompt> absent = named("no-such-topic", Topics.PROMPTS);

      assertThatThrownBy(
              () -> new EventPublisher(impatient).publish(absent, "item", prompt("item")).join())
          .hasMessageContaining("no-such-topic");
    }
  }

  private <K, V> Topic<K, V> provisioned(Topic<K, V> topic) {
    new TopicProvisioner(clients, LAYOUT).provision(List.of(topic));
    return topic;
  }

  private <K, V> List<TopicRecord<K, V>> readAll(Topic<K, V> topic) {
    List<TopicRecord<K, V>> records = new ArrayList<>();
    try (TopicReader<K, V> reader = TopicReader.openAtBeginning(clients, "test-reader", topic)) {
      reader.readToEnd(Duration.ofSeconds(10), records::add);
    }
    return records;
  }
}
