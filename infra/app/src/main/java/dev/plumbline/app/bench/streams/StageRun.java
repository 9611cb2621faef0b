/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.bench.streams;

import com.sun.management.OperatingSystemMXBean;
import dev.plumbline.events.Topics;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.TopicLayout;
import dev.plumbline.streams.StreamsRole;
import dev.plumbline.streams.StreamsSettings;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.StateRestoreListener;

/** One variant at work, from the beginning of all topics. Closing it leaves its stores. */
final class StageRun implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration SAMPLING = Duration.ofMillis(5);

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final ScheduledExecutorService sampling = Executors.newSingleThreadScheduledExecutor();
  private final CompletableFuture<Void> failure = new CompletableFuture<>();
  private final BenchBroker broker;
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

  StageRun(
      Variant variant,
      StreamsSettings settings,
      TopicLayout layout,
      KafkaClients clients,
      BenchBroker broker,
      Path stateDir,
      StateRestoreListener restoring) {
    this.broker = broker;
    Properties config = StreamsRole.config(settings, layout, clients.connection(), stateDir);
    config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, variant.guarantee());
    config.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, variant.commitInterval().toMillis());
    streams = new KafkaStreams(variant.stage().topology(settings, layout, registry), config);
    streams.setGlobalStateRestoreListener(restoring);
    streams.setUncaughtExceptionHandler(
        exception -> {
          failure.completeExceptionally(exception);
          return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
    streams.start();
  }

  /** Waits until every vote is read, and returns how fast that went after the last reference. */
  Speed readAll(Load load) {
    await(() -> references() >= load.references());
    Sample before = sample();
    awaitVotes(load);
    Sample after = sample();
    double votes = after.votes() - before.votes();
    return new Speed(
        votes * 1e9 / (after.nanos() - before.nanos()),
        (after.nanosHere() - before.nanosHere()) / 1e3 / votes,
        after.ofBroker().minus(before.ofBroker()).toNanos() / 1e3 / votes);
  }

  void awaitVotes(Load load) {
    await(() -> read(Topics.FEEDBACK.name()) >= load.votes());
  }

  void awaitReferences(Load load) {
    await(() -> references() >= load.references());
  }

  void awaitRunning() {
    await(() -> streams.state() == KafkaStreams.State.RUNNING);
  }

  private double references() {
    return read(Topics.PROMPTS.name()) + read(Topics.COMPLETIONS.name());
  }

  private double read(String topic) {
    Counter counter = registry.find("plumbline.streams.records").tag("topic", topic).counter();
    return counter == null ? 0 : counter.count();
  }

  private Sample sample() {
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return new Sample(
        read(Topics.FEEDBACK.name()),
        System.nanoTime(),
        system.getProcessCpuTime(),
        broker.processorTime());
  }

  private void await(BooleanSupplier condition) {
    var reached = new CompletableFuture<Void>();
    var looking =
        sampling.scheduleAtFixedRate(
            () -> {
              if (failure.isCompletedExceptionally()) {
                reached.completeExceptionally(failure.exceptionNow());
              } else if (condition.getAsBoolean()) {
                reached.complete(null);
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
              .formatted(PATIENCE, references(), read(Topics.FEEDBACK.name())),
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
