/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.kafka;

import static dev.plumbline.kafka.Fixtures.ACCEPTED;
import static dev.plumbline.kafka.Fixtures.LAYOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.events.PolicyAlias;
import dev.plumbline.events.PolicyAlias.Alias;
import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.events.Topics;
import dev.plumbline.events.UnknownSchemaException;
import dev.plumbline.kafka.FakeSchemaRegistry.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What stands on a topic when clients have a schema registry, and who reads it. */
@ExtendWith(SharedBroker.class)
class SchemaRegistryWireTest {
  private final KafkaClients plain;

  SchemaRegistryWireTest(KafkaClients plain) {
    this.plain = plain;
    new TopicProvisioner(plain, LAYOUT).provision(List.of(Topics.POLICY_ALIASES));
  }

  @Test
  void shouldReadBothFormatsFromOneTopicAndStopAtAnUnknownNumber() {
    try (var registry = new FakeSchemaRegistry()) {
      KafkaClients registered = with(registry);
      long from = write(plain, alias(1));
      write(registered, alias(2));
      registry.breakWith(new Reply(503, "down"));
      write(registered, alias(2));
      long unknown = send(new byte[] {0, 0, 0, 1, 0, 1, 2});

      assertThat(rawFrom(from).subList(0, 3))
          .extracting(bytes -> (int) bytes[0])
          .containsExactly(0xC3 - 256, 0, 0);
      try (var reader = reader(registered, from)) {
        assertThatThrownBy(() -> values(reader, 3)).hasStackTraceContaining("503 down");
      }
      registry.breakWith(null);
      try (var reader = reader(registered, from)) {
        assertThat(values(reader, 3)).containsExactly(alias(1), alias(2), alias(2));
      }
      try (var reader = reader(registered, unknown)) {
        assertThatThrownBy(() -> values(reader, 1))
            .isInstanceOf(UnknownSchemaException.class)
            .hasMessageContaining("can't tell schema 256");
      }
      assertThat(registry.schemas()).hasSize(1);
      assertThat(registry.requests())
          .first()
          .isEqualTo("POST /subjects/policy-aliases-dev.plumbline.events.PolicyAlias/versions");
    }
  }

  @Test
  void shouldFailARecordThatCannotBeRegistered() {
    try (var registry = new FakeSchemaRegistry()) {
      registry.breakWith(new Reply(409, "incompatible"));
      assertThatThrownBy(() -> write(with(registry), alias(3)))
          .hasCauseInstanceOf(SchemaRegistryException.class);

      registry.breakWith(new Reply(500, "down"));
      assertThatThrownBy(() -> write(with(registry), alias(3)))
          .hasCauseInstanceOf(SchemaRegistryUnavailableException.class);
    }
  }

  private KafkaClients with(FakeSchemaRegistry registry) {
    return new KafkaClients(plain.connection().with(SchemaRegistrySettings.at(registry.url())));
  }

  private static PolicyAlias alias(int number) {
    return new PolicyAlias(
        "assistant", Alias.CHAMPION, new PolicyVersionId("assistant", number), ACCEPTED);
  }

  private static long write(KafkaClients clients, PolicyAlias alias) {
    try (var producer = clients.producer("wire", Duration.ofSeconds(5))) {
      return new EventPublisher(producer)
          .publish(Topics.POLICY_ALIASES, "assistant/champion", alias)
          .join()
          .offset();
    }
  }

  private long send(byte[] value) {
    try (KafkaProducer<byte[], byte[]> producer = plain.producer("raw", Duration.ofSeconds(5))) {
      return producer
          .send(new ProducerRecord<>(Topics.POLICY_ALIASES.name(), 0, new byte[] {'k'}, value))
          .get()
          .offset();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private List<byte[]> rawFrom(long offset) {
    try (var reader = reader(plain, offset)) {
      List<byte[]> values = new ArrayList<>();
      reader.readToEnd(Duration.ofSeconds(5), record -> values.add(record.raw().value()));
      return values;
    }
  }

  private static TopicReader<String, PolicyAlias> reader(KafkaClients clients, long offset) {
    return TopicReader.open(clients, "wire-reader", Topics.POLICY_ALIASES, Map.of(0, offset));
  }

  private static List<PolicyAlias> values(TopicReader<String, PolicyAlias> reader, int count) {
    List<PolicyAlias> values = new ArrayList<>();
    while (values.size() < count) {
      reader.poll(Duration.ofSeconds(5)).forEach(record -> record.value().ifPresent(values::add));
    }
    return values;
  }
}
