/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A role of this module. It runs on a thread of its own from {@code start} until it has finished,
 * fails, or is closed. What it keeps between two starts is in the cluster: killed at any moment and
 * started again, it goes on where its last transaction ended. Safe for use by any thread.
 */
public abstract sealed class FeedRole implements AutoCloseable
    permits DatasetReplay, FeedbackImport, JudgeRole, PromptLoop, Sampler, SimulatedAnnotators {
  private static final Logger log = LoggerFactory.getLogger(FeedRole.class);
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(2);

  private final String name;
  private final CompletableFuture<Void> stopRequested = new CompletableFuture<>();
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private final Thread thread;

  FeedRole(String name) {
    this.name = name;
    this.thread = Thread.ofPlatform().name(name).unstarted(this::runUntilDone);
  }

  /** Works until the end or until {@link #stopping}; called anew after a passing failure. */
  abstract void work() throws InterruptedException;

  final void begin() {
    thread.start();
  }

  final boolean stopping() {
    return stopRequested.isDone();
  }

  /** Waits, but not longer than until the role is to stop. */
  final void waitAtMost(Duration time) throws InterruptedException {
    try {
      stopRequested.get(time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      // The role goes on.
    } catch (ExecutionException e) {
      throw new AssertionError("a request to stop never fails", e);
    }
  }

  /** Waits until some work is done, well or not, but not longer than until the role is to stop. */
  final void waitFor(CompletableFuture<?> work) {
    CompletableFuture.anyOf(work.exceptionally(failure -> null), stopRequested).join();
  }

  /**
   * Completes when the role has finished or was closed, exceptionally when it failed: among others
   * when another process has taken the role over.
   */
  public final CompletableFuture<Void> done() {
    return done.copy();
  }

  /** Stops the role in good order and waits until it has stopped. */
  @Override
  public final void close() {
    stopRequested.complete(null);
    try {
      thread.join();
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }

  private void runUntilDone() {
    try {
      boolean again = true;
      while (again && !stopping()) {
        again = workOnce();
      }
      done.complete(null);
    } catch (InterruptedException | InterruptException e) {
      log.info("{} was interrupted", name);
      done.complete(null);
    } catch (RuntimeException | Error e) {
      log.error("{} has failed: {}", name, e.toString());
      done.completeExceptionally(e);
    }
  }

  /** Returns whether to work again. */
  private boolean workOnce() throws InterruptedException {
    try {
      work();
      return false;
    } catch (KafkaException e) {
      if (!mayPass(e)) {
        throw e;
      }
      log.warn("{} starts over after a failure that may pass: {}", name, e.toString());
      waitAtMost(PAUSE_AFTER_FAILURE);
      return true;
    }
  }

  /** An unreachable broker or a transaction that took too long; never fencing by a successor. */
  private static boolean mayPass(Throwable failure) {
    return switch (failure) {
      case RetriableException passing -> true;
      case InvalidTxnStateException timedOut -> true;
      case TransactionAbortableException aborted -> true;
      case KafkaException other when other.getCause() != null -> mayPass(other.getCause());
      default -> false;
    };
  }
}
