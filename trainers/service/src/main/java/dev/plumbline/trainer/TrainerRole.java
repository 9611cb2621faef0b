/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import dev.plumbline.base.metrics.Health;
import dev.plumbline.base.metrics.HealthChecks;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a lane on a thread of its own and shows how it fares. Safe for use by any thread.
 *
 * <p>Closing it stops the lane in good order: what was not committed is learned again by the next
 * run. A lane that ends by itself has failed; {@link #ended} says why, and a process whose lane it
 * was should exit with another status than 0.
 */
public final class TrainerRole implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TrainerRole.class);

  private final TrainerLane lane;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  private TrainerRole(TrainerLane lane) {
    this.lane = lane;
  }

  /** Starts the lane. */
  public static TrainerRole start(TrainerLane lane) {
    var role = new TrainerRole(lane);
    Thread.ofPlatform().name("lane-" + lane.id()).start(role::run);
    return role;
  }

  /** What the lane is doing now. */
  public LaneStatus status() {
    return lane.status();
  }

  /** Completes when the lane has ended: normally after {@link #close}, else with the reason. */
  public CompletionStage<Void> ended() {
    return ended.minimalCompletionStage();
  }

  /** Adds a liveness check (the lane has not ended) and a readiness check (it has its feed). */
  public void addTo(HealthChecks checks) {
    checks.addLiveness(
        "lane-" + lane.id(),
        () ->
            failure()
                .map(reason -> Health.unhealthy("the lane has ended: " + reason.getMessage()))
                .orElse(Health.HEALTHY));
    checks.addReadiness(
        "lane-" + lane.id(),
        () ->
            switch (status().phase()) {
              case JOINING, RECOVERING, ENDED ->
                  Health.unhealthy("the lane is " + status().phase());
              case GATHERING, LEARNING, PUBLISHING -> Health.HEALTHY;
            });
  }

  /** Registers the lane's meters. */
  public void addTo(MeterRegistry registry) {
    lane.meters().bindTo(registry);
  }

  /** Stops the lane and waits until it has ended. */
  @Override
  public void close() {
    lane.stop();
    try {
      ended.join();
    } catch (CompletionException failedBefore) {
      log.debug("lane {} had failed before it was stopped", lane.id());
    }
  }

  private Optional<Throwable> failure() {
    return ended.isCompletedExceptionally() ? Optional.of(ended.exceptionNow()) : Optional.empty();
  }

  private void run() {
    try {
      lane.run();
      ended.complete(null);
    } catch (RuntimeException | Error e) {
      log.error("lane {} has ended: {}", lane.id(), e.toString());
      ended.completeExceptionally(e);
    }
  }
}
