/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import dev.plumbline.base.keys.FileKeyStore;
import dev.plumbline.base.keys.KeyStore;
import dev.plumbline.base.progress.ProgressStyle;
import dev.plumbline.events.Topic;
import dev.plumbline.events.Topics;
import dev.plumbline.kafka.EventPublisher;
import dev.plumbline.kafka.FeedbackPublisher;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.KafkaConnection;
import dev.plumbline.kafka.LocalBroker;
import dev.plumbline.kafka.TopicLayout;
import dev.plumbline.kafka.TopicProvisioner;
import dev.plumbline.kafka.TopicReader;
import dev.plumbline.kafka.sealing.TextSealer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One broker with all topics of the catalogue for all test classes that ask for it. Tests keep
 * apart by policies: each takes one that no other has.
 */
final class Cluster implements AutoCloseable {
  static final Instant ACCEPTED = Instant.parse("2026-01-02T03:04:05Z");

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int POLICIES = 40;

  final KafkaClients clients;
  final TopicLayout layout;
  private final Path folder;
  private final LocalBroker broker;
  private final KafkaProducer<byte[], byte[]> producer;
  private int policiesTaken;

  /** The keys of this cluster's subjects. */
  final KeyStore keys;

  private Cluster(Path folder) {
    this.folder = folder;
    keys =
        FileKeyStore.open(
            folder.resolve("keys"), folder.resolve("kek"), InstantSource.fixed(ACCEPTED));
    broker = LocalBroker.startOnFreePort(folder);
    clients = new KafkaClients(KafkaConnection.to(broker.bootstrapServers()));
    layout =
        new TopicLayout(
            IntStream.range(0, POLICIES).mapToObj(number -> "policy" + number).toList(), 2, 1);
    new TopicProvisioner(clients, layout).provision(Topics.ALL);
    producer = clients.producer("test", Duration.ofSeconds(5));
  }

  /** A policy that no other test uses. */
  synchronized String policy() {
    return layout.policies().get(policiesTaken++);
  }

  RoleContext context() {
    return context(new SimpleMeterRegistry());
  }

  RoleContext context(MeterRegistry meters) {
    return new RoleContext(
        clients,
        layout,
        keys,
        meters,
        InstantSource.fixed(ACCEPTED),
        ProgressStyle.LINES,
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
  }

  FeedbackPublisher publisher() {
    return new FeedbackPublisher(
        new EventPublisher(producer), new TextSealer(keys, new SimpleMeterRegistry()));
  }

  <V> void publish(Topic<String, V> topic, int partition, String key, V value) {
    new EventPublisher(producer).publish(topic, partition, key, value).join();
  }

  /** Everything that is committed now and meant. */
  <V> List<V> read(Topic<String, V> topic, Predicate<V> meant) {
    List<V> values = new ArrayList<>();
    try (var reader = TopicReader.openAtBeginning(clients, "test-reader", topic)) {
      reader.readToEnd(PATIENCE, record -> record.value().filter(meant).ifPresent(values::add));
    }
    return values;
  }

  /** Waits until so many of what is meant are committed, and returns all that are. */
  <V> List<V> await(Topic<String, V> topic, int count, Predicate<V> meant) {
    List<V> values = new ArrayList<>();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    try (var reader = TopicReader.openAtBeginning(clients, "test-reader", topic)) {
      while (values.size() < count) {
        if (System.nanoTime() > deadline) {
          throw new AssertionError(
              "expected %d records on %s, but only %d came: %s"
                  .formatted(count, topic.name(), values.size(), values));
        }
        reader
            .poll(Duration.ofMillis(100))
            .forEach(record -> record.value().filter(meant).ifPresent(values::add));
      }
    }
    return values;
  }

  /** Waits until a condition holds. */
  static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    CountDownLatch never = new CountDownLatch(1);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline || never.await(20, TimeUnit.MILLISECONDS)) {
        throw new AssertionError("waited in vain for: " + what);
      }
    }
  }

  @Override
  public void close() throws IOException {
    producer.close();
    broker.close();
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path path : (Iterable<Path>) tree.sorted(Comparator.reverseOrder())::iterator) {
        Files.delete(path);
      }
    }
  }

  /** Hands the cluster to tests; it stops after the last of them. */
  static final class Shared implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == Cluster.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getRoot()
          .getStore(ExtensionContext.Namespace.create(Cluster.class))
          .getOrComputeIfAbsent("cluster", key -> start(), Cluster.class);
    }

    private static Cluster start() {
      try {
        return new Cluster(Files.createTempDirectory("plumbline-feeds-"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
