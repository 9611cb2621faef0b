/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.bench.streams;

import com.sun.management.OperatingSystemMXBean;
import dev.plumbline.events.Topics;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.TopicLayout;
import dev.plumbline.streams.CatalogueClients;
import dev.plumbline.streams.StreamsRole;
import dev.plumbline.streams.StreamsSettings;
import dev.plumbline.streams.store.CommittedStores;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.StateRestoreListener;

/** One variant at work, from where it ended before, if ever. Closing it leaves its stores. */
final class StageRun implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration SAMPLING = Duration.ofMillis(5);

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final ScheduledExecutorService sampling = Executors.newSingleThreadScheduledExecutor();
  private final CompletableFuture<Void> failure = new CompletableFuture<>();
  private final BenchBroker broker;
  private final KafkaClients clients;
  private final String applicationId;
  private final Load.Extent readBefore;
  private final KafkaStreams streams;

  /**
   * What reading votes came to.
   *
   * @param votesPerSecond once all references were read
   * @param microsHere processor time of this process per vote
   * @param microsOfBroker processor time of the broker per vote
   */
  record Speed(double votesPerSecond, double microsHere, double microsOfBroker) {}

  /** A moment of a run. */
  private record Sample(double votes, long nanos, long nanosHere, Duration ofBroker) {}

  /**
   * Starts it.
   *
   * @param readBefore by earlier runs under the same application id
   */
  StageRun(
      Variant variant,
      StreamsSettings settings,
      TopicLayout layout,
      KafkaClients clients,
      BenchBroker broker,
      Path stateDir,
      Load.Extent readBefore,
      StateRestoreListener restoring) {
    this.broker = broker;
    this.clients = clients;
    applicationId = settings.applicationId();
    this.readBefore = readBefore;
    Properties config = StreamsRole.config(settings, layout, clients.connection(), stateDir);
    config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, variant.guarantee());
    config.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, variant.commitInterval().toMillis());
    var stores = new CommittedStores(InstantSource.system());
    streams =
        new KafkaStreams(
            variant.stage().topology(settings, layout, registry, stores),
            config,
            new CatalogueClients(clients, stores));
    streams.setGlobalStateRestoreListener(restoring);
    streams.setUncaughtExceptionHandler(
        exception -> {
          failure.completeExceptionally(exception);
          return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
    streams.start();
  }

  /**
   * Waits until everything that follows from the votes is committed, and returns how fast that went
   * after the last reference.
   */
  Speed readAll(Load load) {
    awaitReferences(load);
    Sample before = sample();
    awaitVotes(load);
    try (Admin admin = clients.admin("bench")) {
      await(() -> committedVotes(admin) >= load.votes());
    }
    Sample after = sample();
    double votes = after.votes() - before.votes();
    return new Speed(
        votes * 1e9 / (after.nanos() - before.nanos()),
        (after.nanosHere() - before.nanosHere()) / 1e3 / votes,
        after.ofBroker().minus(before.ofBroker()).toNanos() / 1e3 / votes);
  }

  void awaitVotes(Load load) {
    await(() -> votes() >= load.votes());
  }

  void awaitReferences(Load load) {
    await(() -> references() >= load.references());
  }

  void awaitRunning() {
    await(() -> streams.state() == KafkaStreams.State.RUNNING);
  }

  private long committedVotes(Admin admin) {
    try {
      return admin
          .listConsumerGroupOffsets(applicationId)
          .partitionsToOffsetAndMetadata()
          .get()
          .entrySet()
          .stream()
          .filter(entry -> entry.getKey().topic().equals(Topics.FEEDBACK.name()))
          .mapToLong(entry -> entry.getValue() == null ? 0 : entry.getValue().offset())
          .sum();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the broker refused: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private double references() {
    return readBefore.references() + read(Topics.PROMPTS.name()) + read(Topics.COMPLETIONS.name());
  }

  private double votes() {
    return readBefore.votes() + read(Topics.FEEDBACK.name());
  }

  private double read(String topic) {
    Counter counter = registry.find("plumbline.streams.records").tag("topic", topic).counter();
    return counter == null ? 0 : counter.count();
  }

  private Sample sample() {
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return new Sample(
        votes(), System.nanoTime(), system.getProcessCpuTime(), broker.processorTime());
  }

  private void await(BooleanSupplier condition) {
    var reached = new CompletableFuture<Void>();
    var looking =
        sampling.scheduleAtFixedRate(
            () -> {
              try {
                if (failure.isCompletedExceptionally()) {
                  reached.completeExceptionally(failure.exceptionNow());
                } else if (condition.getAsBoolean()) {
                  reached.complete(null);
                }
              } catch (RuntimeException e) {
                reached.completeExceptionally(e);
              }
            },
            0,
            SAMPLING.toMillis(),
            TimeUnit.MILLISECONDS);
    try {
      reached.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException("streams stopped while they were measured", e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          "streams did not read everything within %s, only %.0f references and %.0f votes"
              .formatted(PATIENCE, references(), votes()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while measuring", e);
    } finally {
      looking.cancel(false);
    }
  }

  @Override
  public void close() {
    sampling.shutdown();
    streams.close(PATIENCE);
    registry.close();
  }
}
