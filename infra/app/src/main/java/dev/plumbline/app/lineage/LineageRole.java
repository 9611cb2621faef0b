/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.lineage;

import dev.plumbline.app.models.InputException;
import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.gateway.live.LineageSource;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.TopicLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps an index up to date behind the logs and answers from it. Owns its thread; safe for use by
 * any other. A refresh that fails is tried again: meanwhile answers are those of the last one.
 */
public final class LineageRole implements LineageSource, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LineageRole.class);
  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final int SHOWN_PER_POLICY = 200;

  private final Lock lock = new ReentrantLock();
  private final LineageIndex index;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("lineage").daemon().factory());
  private volatile List<VersionSums> newest = List.of();
  private boolean closed;

  private LineageRole(LineageIndex index) {
    this.index = index;
  }

  /** Opens the index of a folder and follows the logs from where it was. */
  public static LineageRole start(
      Path folder, KafkaClients clients, TopicLayout layout, Duration trustEpoch) {
    var role = new LineageRole(LineageIndex.open(folder, clients, layout, trustEpoch));
    var unused =
        role.timer.scheduleWithFixedDelay(
            role::refresh, 0, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    return role;
  }

  @Override
  public List<VersionSums> versions() {
    return newest;
  }

  @Override
  public Optional<VersionLineage> version(PolicyVersionId id) {
    return answer(() -> index.version(id));
  }

  @Override
  public Optional<Influence> ofEvent(String eventId) {
    return answer(() -> index.ofEvent(eventId));
  }

  @Override
  public Optional<Influence> ofAnnotator(String annotatorId) {
    return answer(() -> index.ofAnnotator(annotatorId));
  }

  @Override
  public void close() {
    timer.shutdown();
    lock.lock();
    try {
      closed = true;
      index.close();
    } finally {
      lock.unlock();
    }
  }

  private void refresh() {
    lock.lock();
    try {
      if (!closed) {
        index.refresh();
        newest = newest(index.versions());
      }
    } catch (RuntimeException e) {
      log.warn("the index of lineages could not be brought up to date; it is tried again", e);
    } finally {
      lock.unlock();
    }
  }

  private <T> Optional<T> answer(Supplier<T> question) {
    lock.lock();
    try {
      return closed ? Optional.empty() : Optional.of(question.get());
    } catch (InputException unknown) {
      log.debug("asked for what the index doesn't know", unknown);
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /** The newest versions of each policy, policies and versions in order. */
  private static List<VersionSums> newest(List<VersionSums> versions) {
    Map<String, Integer> older = new HashMap<>();
    versions.forEach(version -> older.merge(version.id().policy(), 1, Integer::sum));
    List<VersionSums> newest = new ArrayList<>();
    for (VersionSums version : versions) {
      if (older.merge(version.id().policy(), -1, Integer::sum) < SHOWN_PER_POLICY) {
        newest.add(version);
      }
    }
    return List.copyOf(newest);
  }
}
