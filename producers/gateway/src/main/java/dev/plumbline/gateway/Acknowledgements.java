/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway;

import dev.plumbline.base.keys.SubjectErasedException;
import dev.plumbline.gateway.dialect.Refusal;
import dev.plumbline.gateway.dialect.Refusal.Code;
import dev.plumbline.gateway.dialect.RefusedException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for the broker, for all records of one request together no longer than a time limit. */
final class Acknowledgements {
  private final Duration timeout;
  private final long deadlineNanos;

  private Acknowledgements(Duration timeout) {
    this.timeout = timeout;
    this.deadlineNanos = System.nanoTime() + timeout.toNanos();
  }

  /** Starts the time of one request. */
  static Acknowledgements within(Duration timeout) {
    return new Acknowledgements(timeout);
  }

  /**
   * Returns once the record is stored.
   *
   * @throws RefusedException if it belongs to somebody who was erased, or if the broker does not
   *     say so in time; whether it is stored is then unknown, and sending it again under the same
   *     id does no harm
   */
  void await(CompletableFuture<?> stored) {
    try {
      stored.get(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw unavailable(
          "the broker did not acknowledge within %d ms".formatted(timeout.toMillis()));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SubjectErasedException erased) {
        throw new RefusedException(Refusal.of(Code.ERASED, erased.getMessage()));
      }
      throw unavailable("the broker did not take it (%s)".formatted(e.getCause().getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable("the gateway is stopping");
    }
  }

  private static RefusedException unavailable(String what) {
    return new RefusedException(
        Refusal.of(Code.UNAVAILABLE, what + "; send it again later under the same id"));
  }
}
