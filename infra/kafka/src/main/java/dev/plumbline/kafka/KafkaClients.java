/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.kafka;

import dev.plumbline.events.ConfluentFormat;
import dev.plumbline.events.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Makes Kafka clients with the guarantees that everything here relies on: idempotent writes
 * acknowledged by all replicas, reads of committed records only, no offsets committed behind one's
 * back, and an end to every wait. Clients carry bytes; a {@code Topic} says how to read them. The
 * caller owns and closes what it gets. Safe for use by any thread; the clients keep their own
 * rules.
 */
public final class KafkaClients {

  /**
   * The largest request of a producer: room for the largest record of the catalogue, a dead letter
   * that holds another record whole.
   */
  public static final int MAX_REQUEST_BYTES = Topics.DEAD_LETTERS.maxRecordBytes() + 64 * 1024;

  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);

  /** How long an idle fetch stays open; a consumer that closes waits for its last one. */
  private static final Duration IDLE_FETCH = Duration.ofMillis(150);

  private static final Duration DELIVERY_TIMEOUT = Duration.ofSeconds(30);

  private final KafkaConnection connection;
  private final Serializer<byte[]> valueSerializer;
  private final Deserializer<byte[]> valueDeserializer;

  public KafkaClients(KafkaConnection connection) {
    this.connection = connection;
    SchemaRegistrySettings registry = connection.schemaRegistry();
    if (registry == null) {
      valueSerializer = new ByteArraySerializer();
      valueDeserializer = new ByteArrayDeserializer();
    } else {
      ConfluentFormat format = new ConfluentFormat(new SchemaRegistryClient(registry));
      valueSerializer = (topic, value) -> value == null ? null : format.outgoing(topic, value);
      valueDeserializer = (topic, value) -> value == null ? null : format.incoming(topic, value);
    }
  }

  /**
   * What every producer of catalogue topics puts values through: into the wire format of the schema
   * registry, where there is one. It throws what {@link SchemaRegistryException} and {@link
   * SchemaRegistryUnavailableException} say.
   */
  public Serializer<byte[]> valueSerializer() {
    return valueSerializer;
  }

  /**
   * What every consumer of catalogue topics puts values through: into single-object encoding,
   * whichever of the two wire formats they have. It throws {@code UnknownSchemaException} for a
   * schema that today's can't read.
   */
  public Deserializer<byte[]> valueDeserializer() {
    return valueDeserializer;
  }

  /** The cluster that the clients talk to. */
  public KafkaConnection connection() {
    return connection;
  }

  /**
   * A producer that writes each record exactly once and in order, or fails within half a minute.
   *
   * @param maxBlock how long a send may wait for metadata or buffer space before it fails
   */
  public KafkaProducer<byte[], byte[]> producer(String clientId, Duration maxBlock) {
    return new KafkaProducer<>(
        producerConfig(clientId, maxBlock), new ByteArraySerializer(), valueSerializer);
  }

  /**
   * A producer of transactions; {@code initTransactions} fences every earlier one of the same id.
   *
   * @param transactionTimeout after which the broker aborts a transaction that was left open;
   *     bounds how long readers of committed records stand still after a crash
   */
  public KafkaProducer<byte[], byte[]> transactionalProducer(
      String clientId, String transactionalId, Duration transactionTimeout) {
    Map<String, Object> config = producerConfig(clientId, DELIVERY_TIMEOUT);
    config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
    config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, millis(transactionTimeout));
    // The broker admits a partition to a transaction with its first batch; a second one that
    // overtakes the admission is refused as out of order and sent again.
    config.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
    if (transactionTimeout.compareTo(DELIVERY_TIMEOUT) < 0) {
      // Kafka wants delivery to give up before the transaction does.
      config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis(transactionTimeout));
      config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis(transactionTimeout.dividedBy(2)));
    }
    return new KafkaProducer<>(config, new ByteArraySerializer(), valueSerializer);
  }

  /** A consumer of committed records without a group: the caller assigns and seeks. */
  public KafkaConsumer<byte[], byte[]> consumer(String clientId, OffsetReset reset) {
    return consumer(consumerConfig(clientId, reset));
  }

  /**
   * A consumer of committed records in a group. It never commits by itself.
   *
   * @param sessionTimeout after which a silent member is replaced
   */
  public KafkaConsumer<byte[], byte[]> groupConsumer(
      String clientId, String groupId, OffsetReset reset, Duration sessionTimeout) {
    return consumer(groupConfig(clientId, groupId, reset, sessionTimeout));
  }

  /**
   * A consumer of committed records that is a fixed member of a group: a later one of the same
   * instance id takes its place at once, and the earlier is fenced ({@code
   * FencedInstanceIdException}). It never commits by itself.
   *
   * @param sessionTimeout after which a silent member is replaced by another instance
   */
  public KafkaConsumer<byte[], byte[]> fixedGroupConsumer(
      String clientId,
      String groupId,
      String instanceId,
      OffsetReset reset,
      Duration sessionTimeout) {
    Map<String, Object> config = groupConfig(clientId, groupId, reset, sessionTimeout);
    config.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, instanceId);
    return consumer(config);
  }

  /** An admin client. */
  public Admin admin(String clientId) {
    Map<String, Object> config = common(clientId);
    config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis(REQUEST_TIMEOUT));
    config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis(DELIVERY_TIMEOUT));
    return Admin.create(config);
  }

  /**
   * Waits until a broker answers.
   *
   * @throws ClusterUnreachableException when none does in time
   */
  public void requireReachable(Duration timeout) {
    try (Admin admin = admin("plumbline-reachable")) {
      DescribeClusterOptions options = new DescribeClusterOptions();
      admin.describeCluster(options.timeoutMs(millis(timeout))).nodes().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TimeoutException) {
        throw new ClusterUnreachableException(connection, timeout, e.getCause());
      }
      throw new IllegalStateException(
          "the Kafka cluster at %s refused to describe itself".formatted(connection), e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> config) {
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), valueDeserializer);
  }

  private Map<String, Object> producerConfig(String clientId, Duration maxBlock) {
    Map<String, Object> config = common(clientId);
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "zstd");
    config.put(ProducerConfig.LINGER_MS_CONFIG, 5);
    config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_BYTES);
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, (long) millis(maxBlock));
    config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis(REQUEST_TIMEOUT));
    config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis(DELIVERY_TIMEOUT));
    return config;
  }

  private Map<String, Object> consumerConfig(String clientId, OffsetReset reset) {
    Map<String, Object> config = common(clientId);
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, reset.value());
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, millis(IDLE_FETCH));
    config.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis(REQUEST_TIMEOUT));
    config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis(DELIVERY_TIMEOUT));
    return config;
  }

  private Map<String, Object> groupConfig(
      String clientId, String groupId, OffsetReset reset, Duration sessionTimeout) {
    Map<String, Object> config = consumerConfig(clientId, reset);
    config.put(ConsumerConfig.GROUP_ID_CONFIG, groupId);
    config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, millis(sessionTimeout));
    config.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, millis(sessionTimeout.dividedBy(3)));
    return config;
  }

  private Map<String, Object> common(String clientId) {
    Map<String, Object> config = new HashMap<>(connection.properties());
    config.put("bootstrap.servers", connection.bootstrapServers());
    config.put("client.id", clientId);
    config.put("reconnect.backoff.max.ms", 1000L);
    return config;
  }

  private static int millis(Duration duration) {
    return Math.toIntExact(duration.toMillis());
  }
}
