/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.base.settings.Durations;
import dev.plumbline.events.Annotator;
import dev.plumbline.events.AnnotatorKind;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.gateway.dialect.Refusal.Code;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads feedback events. The record time is this side's clock, never the client's. */
public final class FeedbackDialect {
  /** A client's clock further ahead than this is worth a warning. */
  public static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(5);

  private final InstantSource clock;
  private final Supplier<String> newIds;

  /**
   * @param clock gives the record time
   * @param newIds gives the ids of events that came without one
   */
  public FeedbackDialect(InstantSource clock, Supplier<String> newIds) {
    this.clock = clock;
    this.newIds = newIds;
  }

  /**
   * Returns the event that {@code json} describes.
   *
   * @param idempotencyKey the id to use where the event has none of its own
   * @throws RefusedException if it describes none
   */
  public Reading<FeedbackEvent> read(JsonNode json, @Nullable String idempotencyKey) {
    FeedbackEvent event = Fields.whole(json, "", fields -> event(fields, idempotencyKey));
    return new Reading<>(event, warnings(event));
  }

  private FeedbackEvent event(Fields fields, @Nullable String idempotencyKey) {
    String kind = fields.text("kind");
    if (!StatementDialect.KINDS.containsKey(kind)) {
      throw fields.unknownName(
          Code.UNKNOWN_KIND, "kind", kind, List.copyOf(StatementDialect.KINDS.keySet()));
    }
    return new FeedbackEvent(
        eventId(fields, idempotencyKey),
        fields.id("item_id"),
        fields.require("annotator", FeedbackDialect::annotator),
        fields.id("source", "gateway"),
        clock.instant().truncatedTo(ChronoUnit.MICROS),
        fields.optionalInstant("claimed_at"),
        fields.optionalId("task_id"),
        fields.id("criterion", FeedbackEvent.OVERALL),
        StatementDialect.KINDS.get(kind).apply(fields));
  }

  private String eventId(Fields fields, @Nullable String idempotencyKey) {
    @Nullable String own = fields.optionalId("event_id");
    if (own == null) {
      return idempotencyKey == null ? newIds.get() : idempotencyKey;
    }
    if (idempotencyKey != null && !idempotencyKey.equals(own)) {
      throw fields.invalid(
          "event_id", "the same as the Idempotency-Key header (\"%s\")".formatted(idempotencyKey));
    }
    return own;
  }

  private static Annotator annotator(JsonNode node, String at) {
    if (node.isTextual()) {
      return Annotator.human(Fields.asId(node, at));
    }
    if (!node.isObject()) {
      throw Fields.wrongType(at, node, "an id or an object with id, kind and simulated");
    }
    return Fields.whole(
        node,
        at,
        fields ->
            new Annotator(
                fields.id("id"),
                fields.has("kind")
                    ? fields.oneOf("kind", AnnotatorKind.class)
                    : AnnotatorKind.HUMAN,
                fields.flag("simulated", false)));
  }

  private static List<String> warnings(FeedbackEvent event) {
    @Nullable Instant claimed = event.claimedAt();
    if (claimed == null || !claimed.isAfter(event.acceptedAt().plus(CLOCK_TOLERANCE))) {
      return List.of();
    }
    return List.of(
        "claimed_at %s lies %s ahead of the clock here; the event is ordered by its accepted time %s"
            .formatted(
                claimed,
                Durations.format(
                    Duration.between(event.acceptedAt(), claimed).truncatedTo(ChronoUnit.SECONDS)),
                event.acceptedAt()));
  }
}
