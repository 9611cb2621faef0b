/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.base.LoopbackPorts;
import dev.plumbline.base.PortInUseException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalBrokerTest {

  private static final TopicPartition FEED = new TopicPartition("examples", 0);
  private static final String GROUP = "lane";

  /** Commits two records and an offset, leaves a third open, and is gone without a farewell. */
  static final class HaltingOwner {
    public static void main(String[] arguments) throws Exception {
      LocalBroker broker = LocalBroker.startOnFreePort(Path.of(arguments[0]));
      KafkaClients clients = clientsOf(broker);
      try (Admin admin = clients.admin("test-admin")) {
        admin.createTopics(List.of(new NewTopic(FEED.topic(), 1, (short) 1))).all().get();
      }
      KafkaProducer<byte[], byte[]> producer =
          clients.transactionalProducer("test", "trainer-lane", Duration.ofSeconds(10));
      KafkaConsumer<byte[], byte[]> member =
          clients.groupConsumer("test", GROUP, OffsetReset.NONE, Duration.ofSeconds(6));
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(record("first")).get();
      producer.send(record("second")).get();
      producer.sendOffsetsToTransaction(
          Map.of(FEED, new OffsetAndMetadata(42)), member.groupMetadata());
      producer.commitTransaction();
      producer.beginTransaction();
      producer.send(record("never committed")).get();
      Runtime.getRuntime().halt(9);
    }
  }

  @Test
  void shouldKeepWhatWasCommittedWhenItsProcessIsKilled(@TempDir Path folder) throws Exception {
    Process owner =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                HaltingOwner.class.getName(),
                folder.toString())
            .inheritIO()
            .start();
    assertThat(owner.waitFor()).isEqualTo(9);

    long started = System.nanoTime();
    try (LocalBroker broker = LocalBroker.startOnFreePort(folder)) {
      System.out.printf(
          "broker back after a kill in %d ms%n", (System.nanoTime() - started) / 1_000_000);
      KafkaClients clients = clientsOf(broker);
      try (KafkaProducer<byte[], byte[]> successor =
              clients.transactionalProducer("test", "trainer-lane", Duration.ofSeconds(10));
          KafkaConsumer<byte[], byte[]> consumer =
              clients.groupConsumer("test", GROUP, OffsetReset.NONE, Duration.ofSeconds(6))) {
        successor.initTransactions();
        successor.beginTransaction();
        successor.send(record("third")).get();
        successor.commitTransaction();

        assertThat(consumer.committed(Set.of(FEED)).get(FEED).offset()).isEqualTo(42);
        assertThat(readThree(consumer)).containsExactly("first", "second", "third");
      }
    }
  }

  @Test
  void shouldNamePortAndSettingWhenEitherPortIsTaken(@TempDir Path folder) throws IOException {
    List<Integer> ports = LoopbackPorts.findFree(2);
    int port = ports.getLast();
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> LocalBroker.start(folder, taken.getLocalPort(), "broker.port"))
          .isInstanceOf(PortInUseException.class)
          .hasMessageContaining("port %d on 127.0.0.1 is already in use", port)
          .hasMessageEndingWith("choose another port with broker.port");
      assertThatThrownBy(() -> LocalBroker.start(folder, ports.getFirst(), "broker.port"))
          .isInstanceOf(PortInUseException.class)
          .hasMessageContaining("port %d ", port);
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void shouldSayWhichClusterDidNotAnswer() {
    String nobody = "127.0.0.1:" + LoopbackPorts.findFree(1).getFirst();
    KafkaClients clients = new KafkaClients(KafkaConnection.to(nobody));

    assertThatThrownBy(() -> clients.requireReachable(Duration.ofSeconds(1)))
        .isInstanceOf(ClusterUnreachableException.class)
        .hasMessage(
            "no Kafka broker answered at %s within 1s: start the cluster, or name another with kafka.bootstrap_servers",
            nobody);
  }

  private static List<String> readThree(KafkaConsumer<byte[], byte[]> consumer) {
    consumer.assign(List.of(FEED));
    consumer.seekToBeginning(List.of(FEED));
    List<String> values = new ArrayList<>();
    while (values.size() < 3) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
        values.add(new String(record.value(), UTF_8));
      }
    }
    return values;
  }

  private static KafkaClients clientsOf(LocalBroker broker) {
    return new KafkaClients(KafkaConnection.to(broker.bootstrapServers()));
  }

  private static ProducerRecord<byte[], byte[]> record(String value) {
    return new ProducerRecord<>(FEED.topic(), "assistant".getBytes(UTF_8), value.getBytes(UTF_8));
  }
}
