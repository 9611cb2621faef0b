/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway.live;

import dev.plumbline.gateway.dialect.Json;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Hands the view's sections to any number of watchers, each section when it has changed. With every
 * beat the view is written as JSON once, whoever watches. Safe for use by several threads.
 */
public final class LiveFeed implements AutoCloseable {
  private final LiveView view;
  private final Lock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<Section, Update> newest = new EnumMap<>(Section.class);
  private long beats;
  private boolean closed;

  /**
   * A section as it was from some beat on.
   *
   * @param section the section
   * @param beat the beat it changed with
   * @param json the section
   */
  public record Update(Section section, long beat, String json) {}

  /** Hands on sections of {@code view}; there are none before the first beat. */
  public LiveFeed(LiveView view) {
    this.view = view;
  }

  /** Looks for changes and tells the watchers. */
  public void beat() {
    Map<Section, String> now = new EnumMap<>(Section.class);
    for (Section section : Section.values()) {
      now.put(section, Json.write(view.section(section)));
    }
    lock.lock();
    try {
      beats++;
      now.forEach(
          (section, json) -> {
            Update before = newest.get(section);
            if (before == null || !before.json().equals(json)) {
              newest.put(section, new Update(section, beats, json));
            }
          });
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns the sections that changed after a beat, as soon as there are any; none when the time is
   * over or the feed is closed.
   *
   * @param seen the last beat the watcher knows of; 0 for none
   */
  public List<Update> after(long seen, Duration timeout) throws InterruptedException {
    lock.lock();
    try {
      long nanos = timeout.toNanos();
      while (true) {
        List<Update> updates =
            newest.values().stream().filter(update -> update.beat() > seen).toList();
        if (!updates.isEmpty() || closed || nanos <= 0) {
          return updates;
        }
        nanos = changed.awaitNanos(nanos);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether watchers should go. */
  public boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /** Sends the watchers away. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
