/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.kafka;

import static dev.plumbline.kafka.Fixtures.named;
import static dev.plumbline.kafka.Fixtures.prompt;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.events.Prompt;
import dev.plumbline.events.Topic;
import dev.plumbline.events.Topics;
import dev.plumbline.events.UndecodableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedBroker.class)
class TopicReaderTest {

  private static final Duration PATIENT = Duration.ofSeconds(10);
  private static final Duration IMPATIENT = Duration.ofMillis(400);

  private final KafkaClients clients;

  TopicReaderTest(KafkaClients clients) {
    this.clients = clients;
  }

  @Test
  void shouldReadToTheEndAcrossAbortedRecordsAndTransactionMarkers() {
    Topic<String, Prompt> topic = provisioned("read-transactions");
    try (KafkaProducer<byte[], byte[]> producer = transactional("reader-test-1")) {
      EventPublisher publisher = new EventPublisher(producer);
      write(producer, publisher, topic, "first");
      producer.beginTransaction();
      publisher.publish(topic, "aborted", prompt("aborted")).join();
      producer.abortTransaction();
      write(producer, publisher, topic, "second");
    }

    try (TopicReader<String, Prompt> reader = reader(topic)) {
      assertThat(readToEnd(reader)).containsExactly("first", "second");
      assertThat(readToEnd(reader)).isEmpty();
    }
  }

  @Test
  void shouldNotOverlookWhatIsCommittedBehindAnOpenTransaction() {
    Topic<String, Prompt> topic = provisioned("read-behind-open");
    try (KafkaProducer<byte[], byte[]> open = transactional("reader-test-2");
        KafkaProducer<byte[], byte[]> other = transactional("reader-test-3");
        TopicReader<String, Prompt> reader = reader(topic)) {
      open.beginTransaction();
      new EventPublisher(open).publish(topic, "open", prompt("open")).join();
      write(other, new EventPublisher(other), topic, "committed");

      assertThatThrownBy(() -> reader.readToEnd(IMPATIENT, record -> {}))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("within 400ms, only to {0=0}: a transaction is still open");

      open.abortTransaction();
      assertThat(readToEnd(reader)).containsExactly("committed");
    }
  }

  @Test
  void shouldGoOnWithWhatFollows() {
    Topic<String, Prompt> topic = provisioned("read-tail");
    try (KafkaProducer<byte[], byte[]> producer = transactional("reader-test-4");
        TopicReader<String, Prompt> reader = reader(topic)) {
      EventPublisher publisher = new EventPublisher(producer);
      write(producer, publisher, topic, "before");
      assertThat(readToEnd(reader)).containsExactly("before");

      write(producer, publisher, topic, "after");

      List<TopicRecord<String, Prompt>> tail = new ArrayList<>();
      while (tail.isEmpty()) {
        tail.addAll(reader.poll(Duration.ofSeconds(1)));
      }
      assertThat(tail)
          .singleElement()
          .satisfies(record -> assertThat(record.value()).contains(prompt("after")));
    }
  }

  @Test
  void shouldNameThePlaceOfBytesThatAreNoRecord() throws Exception {
    Topic<String, Prompt> topic = provisioned("read-undecodable");
    try (KafkaProducer<byte[], byte[]> producer = clients.producer("test", PATIENT)) {
      byte[] noAvro = "not Avro".getBytes(UTF_8);
      producer.send(new ProducerRecord<>(topic.name(), "item".getBytes(UTF_8), noAvro)).get();
      producer.send(new ProducerRecord<>(topic.name(), null, null)).get();
    }

    List<TopicRecord<String, Prompt>> records = new ArrayList<>();
    try (TopicReader<String, Prompt> reader = reader(topic)) {
      reader.readToEnd(PATIENT, records::add);
    }
    assertThat(records.getFirst().key()).contains("item");
    assertThatThrownBy(() -> records.getFirst().value())
        .isInstanceOf(UndecodableException.class)
        .hasMessageStartingWith("value of read-undecodable-0@0: expected a Prompt");
    assertThat(records.getLast().key()).isEmpty();
    assertThat(records.getLast().value()).isEmpty();
  }

  @Test
  void shouldSayThatATopicDoesNotExist() {
    assertThatThrownBy(() -> reader(named("read-absent", Topics.PROMPTS)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("topic read-absent does not exist at %s", clients.connection());
  }

  @Test
  void shouldRefuseAnOffsetThatTheLogDoesNotHold() {
    Topic<String, Prompt> topic = provisioned("read-out-of-range");

    try (TopicReader<String, Prompt> reader =
        TopicReader.open(clients, "test-reader", topic, Map.of(0, 17L))) {
      assertThatThrownBy(
              () -> {
                while (reader.poll(Duration.ofSeconds(1)).isEmpty()) {}
              })
          .isInstanceOf(OffsetOutOfRangeException.class)
          .hasMessageContaining("read-out-of-range-0");
    }
  }

  private static List<String> readToEnd(TopicReader<String, Prompt> reader) {
    List<String> items = new ArrayList<>();
    reader.readToEnd(PATIENT, record -> items.add(record.key().orElseThrow()));
    return items;
  }

  private static void write(
      KafkaProducer<byte[], byte[]> producer,
      EventPublisher publisher,
      Topic<String, Prompt> topic,
      String item) {
    producer.beginTransaction();
    publisher.publish(topic, item, prompt(item)).join();
    producer.commitTransaction();
  }

  private KafkaProducer<byte[], byte[]> transactional(String transactionalId) {
    KafkaProducer<byte[], byte[]> producer =
        clients.transactionalProducer("test", transactionalId, Duration.ofSeconds(10));
    producer.initTransactions();
    return producer;
  }

  private TopicReader<String, Prompt> reader(Topic<String, Prompt> topic) {
    return TopicReader.openAtBeginning(clients, "test-reader", topic);
  }

  private Topic<String, Prompt> provisioned(String name) {
    Topic<String, Prompt> topic = named(name, Topics.PROMPTS);
    new TopicProvisioner(clients, new TopicLayout(List.of("assistant"), 1, 1))
        .provision(List.of(topic));
    return topic;
  }
}
