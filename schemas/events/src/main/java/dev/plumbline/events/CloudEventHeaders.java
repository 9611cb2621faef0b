/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** CloudEvents 1.0 attributes of a record in Kafka's binary mode: headers that start with ce_. */
public final class CloudEventHeaders {
  /** The name of a class in lower case, its words joined by hyphens. */
  private static final ClassValue<String> KEBAB =
      new ClassValue<>() {
        @Override
        protected String computeValue(Class<?> type) {
          return type.getSimpleName()
              .replaceAll("(?<=[a-z])(?=[A-Z])", "-")
              .toLowerCase(Locale.ROOT);
        }
      };

  private CloudEventHeaders() {}

  /** Returns the headers of {@code value}, which must be a record of a topic. */
  public static Map<String, String> of(Record value) {
    return switch (value) {
      case Prompt prompt ->
          headers(prompt.itemId(), value, prompt.source(), prompt.itemId(), prompt.acceptedAt());
      case Completion completion ->
          headers(
              completion.completionId(),
              value,
              completion.source(),
              completion.itemId(),
              completion.acceptedAt());
      case ComparisonTask task ->
          headers(task.taskId(), value, task.source(), task.itemId(), task.acceptedAt());
      case FeedbackEvent event ->
          headers(
              event.eventId(),
              "feedback." + KEBAB.get(event.statement().getClass()),
              event.source(),
              event.itemId(),
              event.claimedAt() == null ? event.acceptedAt() : event.claimedAt());
      case Tick tick ->
          headers("tick-" + tick.acceptedAt(), value, "plumbline/streams", null, tick.acceptedAt());
      case RewardScore score ->
          headers(
              score.completionId() + "/" + score.judge().id(),
              value,
              score.judge().id(),
              score.itemId(),
              score.acceptedAt());
      case TrainingExample example ->
          headers(
              example.exampleId() + "/" + example.revision(),
              value,
              "plumbline/streams",
              example.itemId(),
              example.evidence().newestAcceptedAt());
      case Boundary boundary ->
          headers(
              "boundary-" + boundary.acceptedAt(),
              value,
              "plumbline/trainer",
              boundary.policy(),
              boundary.acceptedAt());
      case PolicyVersion version ->
          headers(
              version.id().toString(),
              value,
              "plumbline/trainer/" + version.lane(),
              version.policy(),
              version.observed().publishedAt());
      case PolicyAlias alias ->
          headers(
              alias.policy() + "/" + alias.alias() + "/" + alias.version(),
              value,
              "plumbline/release",
              alias.policy(),
              alias.setAt());
      case TrustEpoch epoch ->
          headers(
              epoch.annotatorId() + "/" + epoch.epoch(),
              value,
              "plumbline/streams",
              epoch.annotatorId(),
              epoch.endsAt());
      case DeadLetter letter ->
          headers(
              letter.topic() + "-" + letter.partition() + "-" + letter.offset(),
              value,
              "plumbline",
              letter.eventId(),
              letter.acceptedAt());
      default ->
          throw new IllegalArgumentException(
              value.getClass().getSimpleName() + " does not travel on a topic");
    };
  }

  private static Map<String, String> headers(
      String id, Record value, String source, @Nullable String subject, Instant time) {
    return headers(id, KEBAB.get(value.getClass()), source, subject, time);
  }

  private static Map<String, String> headers(
      String id, String kind, String source, @Nullable String subject, Instant time) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("ce_specversion", "1.0");
    headers.put("ce_id", id);
    headers.put("ce_type", "dev.plumbline." + kind + ".v1");
    headers.put("ce_source", source);
    if (subject != null) {
      headers.put("ce_subject", subject);
    }
    headers.put("ce_time", time.toString());
    return headers;
  }
}
