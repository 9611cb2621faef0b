/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.base.keys.SubjectErasedException;
import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Limits;
import dev.plumbline.events.Prompt;
import dev.plumbline.gateway.dialect.FeedbackDialect;
import dev.plumbline.gateway.dialect.ItemDialect;
import dev.plumbline.gateway.dialect.Reading;
import dev.plumbline.gateway.dialect.Refusal;
import dev.plumbline.gateway.dialect.Refusal.Code;
import dev.plumbline.gateway.dialect.RefusedException;
import io.javalin.http.Context;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Takes what is sent in; nothing is called accepted before the broker has acknowledged it. */
final class SubmissionRoutes {
  private static final String IDEMPOTENCY_KEY = "Idempotency-Key";

  private final Door door;
  private final Duration ackTimeout;
  private final MeterRegistry meters;
  private final FeedbackDialect feedback;
  private final ItemDialect items;

  SubmissionRoutes(
      Door door,
      Duration ackTimeout,
      MeterRegistry meters,
      InstantSource clock,
      Supplier<String> newIds) {
    this.door = door;
    this.ackTimeout = ackTimeout;
    this.meters = meters;
    this.feedback = new FeedbackDialect(clock, newIds);
    this.items = new ItemDialect(clock, newIds);
  }

  /** What became of one event. */
  enum Status {
    /** Stored. */
    ACCEPTED,
    /** Not taken, for a reason in it. */
    REJECTED,
    /** Perhaps not stored; to be sent again. */
    UNAVAILABLE;

    static Status of(Refusal refusal) {
      return refusal.code() == Code.UNAVAILABLE ? UNAVAILABLE : REJECTED;
    }
  }

  private record AcceptedEvent(
      String eventId, String itemId, Status status, Instant acceptedAt, List<String> warnings) {}

  private record EventResult(
      int index,
      @Nullable String eventId,
      @Nullable String itemId,
      Status status,
      @Nullable Instant acceptedAt,
      List<String> warnings,
      @Nullable Refusal error) {

    static EventResult refused(int index, @Nullable FeedbackEvent event, Refusal refusal) {
      return new EventResult(
          index,
          event == null ? null : event.eventId(),
          event == null ? null : event.itemId(),
          Status.of(refusal),
          null,
          List.of(),
          refusal);
    }
  }

  private record BatchResult(
      int accepted, int rejected, int unavailable, List<EventResult> results) {}

  private record AcceptedPrompt(String itemId, Status status, Instant acceptedAt) {}

  private record AcceptedCompletion(
      String completionId, String itemId, Status status, Instant acceptedAt) {}

  private record AcceptedTask(String taskId, String itemId, Status status, Instant acceptedAt) {}

  void postFeedback(Context ctx) throws IOException {
    JsonNode body = RequestBody.json(ctx);
    @Nullable String key = idempotencyKey(ctx);
    if (body.isArray()) {
      postBatch(ctx, body, key);
    } else if (body.isObject() && body.has("events")) {
      postBatch(ctx, events(body), key);
    } else {
      postEvent(ctx, body, key);
    }
  }

  void postPrompt(Context ctx) throws IOException {
    Prompt prompt = items.prompt(RequestBody.json(ctx));
    Acknowledgements.within(ackTimeout).await(door.publish(prompt));
    Answers.json(
        ctx, 202, new AcceptedPrompt(prompt.itemId(), Status.ACCEPTED, prompt.acceptedAt()));
  }

  void postCompletion(Context ctx) throws IOException {
    Completion completion = items.completion(RequestBody.json(ctx));
    Acknowledgements.within(ackTimeout).await(door.publish(completion));
    Answers.json(
        ctx,
        202,
        new AcceptedCompletion(
            completion.completionId(),
            completion.itemId(),
            Status.ACCEPTED,
            completion.acceptedAt()));
  }

  void postTask(Context ctx) throws IOException {
    ComparisonTask task = items.task(RequestBody.json(ctx));
    Acknowledgements.within(ackTimeout).await(door.publish(task));
    Answers.json(
        ctx,
        202,
        new AcceptedTask(task.taskId(), task.itemId(), Status.ACCEPTED, task.acceptedAt()));
  }

  private void postEvent(Context ctx, JsonNode body, @Nullable String key) {
    try {
      Reading<FeedbackEvent> reading = feedback.read(body, key);
      FeedbackEvent event = reading.value();
      Acknowledgements.within(ackTimeout).await(door.publish(event));
      meter(Status.ACCEPTED, 1);
      Answers.json(
          ctx,
          202,
          new AcceptedEvent(
              event.eventId(),
              event.itemId(),
              Status.ACCEPTED,
              event.acceptedAt(),
              reading.warnings()));
    } catch (RefusedException e) {
      meter(Status.of(e.refusal()), 1);
      throw e;
    }
  }

  private void postBatch(Context ctx, JsonNode events, @Nullable String key) {
    if (key != null) {
      throw new RefusedException(
          Refusal.of(
              Code.INVALID_VALUE,
              "a batch takes no %s header: give every event its own event_id"
                  .formatted(IDEMPOTENCY_KEY)));
    }
    List<Supplier<EventResult>> pending = new ArrayList<>(events.size());
    Acknowledgements acknowledgements = Acknowledgements.within(ackTimeout);
    @Nullable CompletableFuture<?> failed = null;
    for (int i = 0; i < events.size(); i++) {
      int index = i;
      try {
        Reading<FeedbackEvent> reading = feedback.read(events.get(index), null);
        // A door that fails at once may have waited before it did: the rest is not tried.
        CompletableFuture<?> stored = failed == null ? door.publish(reading.value()) : failed;
        failed = stored.isCompletedExceptionally() && !isErased(stored) ? stored : null;
        pending.add(() -> result(index, reading, stored, acknowledgements));
      } catch (RefusedException e) {
        pending.add(() -> EventResult.refused(index, null, e.refusal()));
      }
    }
    answer(ctx, pending.stream().map(Supplier::get).toList());
  }

  private static boolean isErased(CompletableFuture<?> stored) {
    return stored.exceptionNow() instanceof SubjectErasedException;
  }

  private static EventResult result(
      int index,
      Reading<FeedbackEvent> reading,
      CompletableFuture<?> stored,
      Acknowledgements acknowledgements) {
    FeedbackEvent event = reading.value();
    try {
      acknowledgements.await(stored);
      return new EventResult(
          index,
          event.eventId(),
          event.itemId(),
          Status.ACCEPTED,
          event.acceptedAt(),
          reading.warnings(),
          null);
    } catch (RefusedException e) {
      return EventResult.refused(index, event, e.refusal());
    }
  }

  /**
   * 207 whenever there are results to look at; 503 if the broker took none of those it was sent.
   */
  private void answer(Context ctx, List<EventResult> results) {
    BatchResult batch =
        new BatchResult(
            count(results, Status.ACCEPTED),
            count(results, Status.REJECTED),
            count(results, Status.UNAVAILABLE),
            results);
    meter(Status.ACCEPTED, batch.accepted());
    meter(Status.REJECTED, batch.rejected());
    meter(Status.UNAVAILABLE, batch.unavailable());
    if (batch.unavailable() > 0) {
      Answers.retryLater(ctx);
    }
    Answers.json(ctx, batch.accepted() == 0 && batch.unavailable() > 0 ? 503 : 207, batch);
  }

  private static int count(List<EventResult> results, Status status) {
    return (int) results.stream().filter(result -> result.status() == status).count();
  }

  private void meter(Status status, int events) {
    meters
        .counter("plumbline.gateway.feedback", "status", status.name().toLowerCase(Locale.ROOT))
        .increment(events);
  }

  private static JsonNode events(JsonNode body) {
    JsonNode events = body.get("events");
    if (!events.isArray() || body.size() != 1) {
      throw new RefusedException(
          new Refusal(
              Code.WRONG_TYPE,
              "a batch is an array of events, or an object with an array 'events' and nothing else",
              "events",
              null,
              "an array"));
    }
    return events;
  }

  private static @Nullable String idempotencyKey(Context ctx) {
    @Nullable String key = ctx.header(IDEMPOTENCY_KEY);
    return key == null ? null : Limits.requireId(IDEMPOTENCY_KEY, key);
  }
}
