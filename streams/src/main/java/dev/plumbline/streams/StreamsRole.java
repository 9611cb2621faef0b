/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.base.metrics.Health;
import dev.plumbline.events.UnknownSchemaException;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.KafkaConnection;
import dev.plumbline.kafka.TopicLayout;
import dev.plumbline.streams.store.CommittedStores;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.LogAndFailExceptionHandler;
import org.apache.kafka.streams.errors.LogAndFailProcessingExceptionHandler;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs {@link PreferenceTopology} until it is closed or fails. It fails rather than skip: whatever
 * is the fault of a record becomes a dead letter, so anything that surfaces here needs an operator.
 * Safe for use by any thread.
 */
public final class StreamsRole implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(StreamsRole.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(20);

  /** Bounds how long readers of committed records stand still after a crash. */
  private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(10);

  /** After this long without a sign of life the work moves to another instance. */
  private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(6);

  /** A broker that does not answer for so long is asked no more: a frozen one, or a cut link. */
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);

  private static final int BATCH_BYTES = 256 << 10;

  /** Markers are written within milliseconds; Kafka's 100 would be a commit interval. */
  private static final long RETRY_BACKOFF_MILLIS = 10;

  private final KafkaStreams streams;
  private final CompletableFuture<Void> failure;

  private StreamsRole(KafkaStreams streams, CompletableFuture<Void> failure) {
    this.streams = streams;
    this.failure = failure;
  }

  /**
   * Starts the role; the topics of the catalogue must exist.
   *
   * @param stateDir folder of the local stores; rebuilt from the changelogs if it is lost
   * @param registry where the topology counts
   */
  public static StreamsRole start(
      StreamsSettings settings,
      TopicLayout layout,
      KafkaConnection connection,
      Path stateDir,
      MeterRegistry registry) {
    var failure = new CompletableFuture<Void>();
    var stores = new CommittedStores(InstantSource.system());
    var streams =
        new KafkaStreams(
            PreferenceTopology.build(settings, layout, registry, stores::supplier),
            config(settings, layout, connection, stateDir),
            new CatalogueClients(new KafkaClients(connection), stores));
    streams.setUncaughtExceptionHandler(
        exception -> {
          if (outlivedItsTransaction(exception)) {
            log.warn(
                "a transaction took too long and was aborted; going on from what is committed");
            return StreamThreadExceptionResponse.REPLACE_THREAD;
          }
          failure.completeExceptionally(exception);
          log.error("streams stopped: {}", reason(exception), exception);
          return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
    streams.start();
    return new StreamsRole(streams, failure);
  }

  /** Returns the running client, to bind its metrics to a registry. */
  public KafkaStreams streams() {
    return streams;
  }

  /** Completes exceptionally, with the reason, when the streams have stopped by themselves. */
  public CompletionStage<Void> failure() {
    return failure.minimalCompletionStage();
  }

  /** Returns whether it runs or is about to; if not, only a restart helps. */
  public Health live() {
    return switch (streams.state()) {
      case CREATED, REBALANCING, RUNNING -> Health.HEALTHY;
      case PENDING_SHUTDOWN, NOT_RUNNING, PENDING_ERROR, ERROR -> stopped();
    };
  }

  /** Returns whether records are being processed now. */
  public Health ready() {
    return switch (streams.state()) {
      case RUNNING -> Health.HEALTHY;
      case CREATED, REBALANCING ->
          Health.unhealthy("streams are taking over their partitions and restoring stores");
      case PENDING_SHUTDOWN, NOT_RUNNING, PENDING_ERROR, ERROR -> stopped();
    };
  }

  private Health stopped() {
    return Health.unhealthy(
        failure.isCompletedExceptionally()
            ? "streams stopped: " + reason(failure.exceptionNow())
            : "streams were closed");
  }

  /** Commits what is done and leaves the rest to the next start. */
  @Override
  public void close() {
    if (!streams.close(CLOSE_TIMEOUT)) {
      log.warn(
          "streams did not stop within {}; the open transaction will be aborted", CLOSE_TIMEOUT);
    }
  }

  /**
   * Returns whether the broker had aborted the transaction when it was to be committed: this
   * process was frozen, or starved, for longer than a transaction may last. Nothing of it is seen
   * by anybody, but its producer, and so its thread, can't go on.
   */
  static boolean outlivedItsTransaction(Throwable exception) {
    return Stream.iterate(exception, Objects::nonNull, Throwable::getCause)
        .anyMatch(InvalidTxnStateException.class::isInstance);
  }

  /** An unknown schema is the one failure with a remedy of its own, so it is named first. */
  private static String reason(Throwable exception) {
    Throwable cause = exception;
    while (cause.getCause() != null) {
      if (cause instanceof UnknownSchemaException) {
        return cause.getMessage();
      }
      cause = cause.getCause();
    }
    return cause instanceof UnknownSchemaException ? cause.getMessage() : cause.toString();
  }

  /**
   * Returns the configuration that the role runs its topology with.
   *
   * @param stateDir folder of the local stores
   */
  public static Properties config(
      StreamsSettings settings, TopicLayout layout, KafkaConnection connection, Path stateDir) {
    var config = new Properties();
    config.putAll(connection.properties());
    config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, connection.bootstrapServers());
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, settings.applicationId());
    config.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
    config.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, settings.threads());
    config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    config.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, settings.commitInterval().toMillis());
    config.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, "classic");
    config.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
    // Whoever keeps replicas of topics wants work to move without waiting for stores.
    config.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, layout.replicationFactor());
    config.put(
        StreamsConfig.topicPrefix(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG),
        layout.replicationFactor() > 2 ? "2" : "1");
    // Changes are written with the time of the record that they follow from, as the catalogue's
    // are.
    config.put(
        StreamsConfig.topicPrefix(TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG),
        Long.toString(Long.MAX_VALUE));
    config.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, layout.replicationFactor() > 1 ? 1 : 0);
    config.put(
        StreamsConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.toIntExact(REQUEST_TIMEOUT.toMillis()));
    // Keys are random and commits frequent: a cache in front of the stores only costs.
    config.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0L);
    config.put(
        StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG,
        LogAndFailExceptionHandler.class);
    config.put(
        StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG,
        LogAndFailProcessingExceptionHandler.class);
    config.put(
        StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG),
        Math.toIntExact(TRANSACTION_TIMEOUT.toMillis()));
    config.put(
        StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
        KafkaClients.MAX_REQUEST_BYTES);
    config.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
    // A store's changes of one commit fit into few batches, each of which may be forced to disk.
    config.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), BATCH_BYTES);
    // The first batch of a transaction is refused until the last one's markers are written; with
    // more in flight, those behind it would be refused too, each with an error in the broker's log.
    config.put(
        StreamsConfig.producerPrefix(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION), 1);
    config.put(
        StreamsConfig.producerPrefix(ProducerConfig.RETRY_BACKOFF_MS_CONFIG), RETRY_BACKOFF_MILLIS);
    config.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG),
        Math.toIntExact(SESSION_TIMEOUT.toMillis()));
    config.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG),
        Math.toIntExact(SESSION_TIMEOUT.dividedBy(3).toMillis()));
    return config;
  }
}
