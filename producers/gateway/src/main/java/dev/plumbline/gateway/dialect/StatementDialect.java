/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.events.Answer;
import dev.plumbline.events.EditDistance;
import dev.plumbline.events.Limits;
import dev.plumbline.events.Statement;
import dev.plumbline.events.Text;
import dev.plumbline.events.Thumb;
import dev.plumbline.events.TrajectorySegment;
import dev.plumbline.gateway.dialect.Refusal.Code;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads what a feedback event says, by its kind. */
final class StatementDialect {
  /** How each kind is read from the event's fields. */
  static final Map<String, Function<Fields, Statement>> KINDS = kinds();

  private StatementDialect() {}

  private static Map<String, Function<Fields, Statement>> kinds() {
    Map<String, Function<Fields, Statement>> kinds = new LinkedHashMap<>();
    kinds.put("comparison", StatementDialect::comparison);
    kinds.put("ranking", StatementDialect::ranking);
    kinds.put("rating", StatementDialect::rating);
    kinds.put("thumbs", StatementDialect::thumbs);
    kinds.put("correction", StatementDialect::correction);
    kinds.put("span_mark", StatementDialect::spanMark);
    kinds.put("segment_comparison", StatementDialect::segmentComparison);
    kinds.put("signal", StatementDialect::signal);
    kinds.put("retraction", StatementDialect::retraction);
    return Collections.unmodifiableMap(kinds);
  }

  private static Statement comparison(Fields fields) {
    String a = fields.id("candidate_a");
    String b = fields.id("candidate_b");
    Answer answer = fields.oneOf("answer", Answer.class);
    requireDifferent(fields.path("candidate_b"), a, b);
    return new Statement.Comparison(
        a, b, answer, length(fields, "length_chars_a"), length(fields, "length_chars_b"));
  }

  private static @Nullable Integer length(Fields fields, String name) {
    Integer length = fields.optionalInteger(name);
    if (length != null && length < 0) {
      throw fields.invalid(name, "at least 0");
    }
    return length;
  }

  private static Statement ranking(Fields fields) {
    List<Statement.Tier> tiers =
        fields.list(
            "tiers",
            (node, at) -> {
              List<String> ids = Fields.asList(node, at, Fields::asId);
              if (ids.isEmpty()) {
                throw Fields.invalid(at, "[]", "one or more candidate ids");
              }
              return new Statement.Tier(ids);
            });
    List<String> ids = tiers.stream().flatMap(tier -> tier.candidateIds().stream()).toList();
    if (ids.size() < 2 || ids.size() > Limits.MAX_RANKED_CANDIDATES) {
      throw fields.invalid(
          "tiers", "a ranking of 2 to %d candidates".formatted(Limits.MAX_RANKED_CANDIDATES));
    }
    if (ids.stream().distinct().count() != ids.size()) {
      throw fields.invalid("tiers", "a ranking that names each candidate once");
    }
    return new Statement.Ranking(tiers);
  }

  private static Statement rating(Fields fields) {
    List<Statement.Mark> marks =
        fields.list("marks", (node, at) -> Fields.whole(node, at, StatementDialect::mark));
    if (marks.isEmpty()) {
      throw fields.invalid("marks", "one or more marks");
    }
    return new Statement.Rating(fields.id("candidate_id"), marks);
  }

  private static Statement.Mark mark(Fields fields) {
    return new Statement.Mark(
        fields.id("attribute"),
        fields.number("value"),
        fields.number("scale_min"),
        fields.number("scale_max"));
  }

  private static Statement thumbs(Fields fields) {
    return new Statement.Thumbs(fields.id("candidate_id"), fields.oneOf("thumb", Thumb.class));
  }

  /** The distance is counted here from the original, or by the client, who has both texts. */
  private static Statement correction(Fields fields) {
    String text = fields.text("text");
    int distance;
    @Nullable Integer originalLength = length(fields, "original_length_chars");
    if (fields.has("edit_distance_chars")) {
      distance = fields.integer("edit_distance_chars");
      if (distance < 0) {
        throw fields.invalid("edit_distance_chars", "at least 0");
      }
    } else if (fields.has("original")) {
      String original = fields.text("original");
      originalLength = original.length();
      distance =
          EditDistance.chars(original, text)
              .orElseThrow(
                  () ->
                      fields.invalid(
                          "original", "shorter, or left out with edit_distance_chars given"));
    } else {
      throw fields.missing("original");
    }
    return new Statement.Correction(
        fields.id("candidate_id"), Text.plain(text), distance, text.length(), originalLength);
  }

  private static Statement spanMark(Fields fields) {
    return new Statement.SpanMark(
        fields.id("candidate_id"),
        fields.integer("start_char"),
        fields.integer("end_char"),
        fields.id("label"),
        fields.number("strength"));
  }

  private static Statement segmentComparison(Fields fields) {
    TrajectorySegment first = fields.require("first", StatementDialect::segment);
    TrajectorySegment second = fields.require("second", StatementDialect::segment);
    Answer answer = fields.oneOf("answer", Answer.class);
    requireDifferent(fields.path("second"), first.candidateId(), second.candidateId());
    return new Statement.SegmentComparison(first, second, answer);
  }

  static TrajectorySegment segment(JsonNode node, String path) {
    return Fields.whole(
        node,
        path,
        fields ->
            new TrajectorySegment(
                fields.id("candidate_id"),
                fields.id("dataset"),
                fields.id("episode"),
                fields.id("camera"),
                seconds(fields, "start_seconds"),
                seconds(fields, "end_seconds")));
  }

  /** Returns a length of time; the wire keeps whole milliseconds. */
  static Duration seconds(Fields fields, String name) {
    return Duration.ofMillis(Math.round(fields.number(name) * 1000));
  }

  private static Statement signal(Fields fields) {
    return new Statement.Signal(
        fields.id("candidate_id"),
        fields.id("name"),
        fields.has("value") ? fields.number("value") : 1);
  }

  private static Statement retraction(Fields fields) {
    return new Statement.Retraction(fields.nested("scope", StatementDialect::scope));
  }

  private static Statement.RetractionScope scope(Fields fields) {
    boolean event = fields.has("event_id");
    boolean candidate = fields.has("candidate_id");
    boolean annotator = fields.has("annotator_id");
    if ((event ? 1 : 0) + (candidate ? 1 : 0) + (annotator ? 1 : 0) != 1) {
      throw new IllegalArgumentException(
          "a retraction takes back exactly one of event_id, candidate_id, annotator_id");
    }
    if (event) {
      return new Statement.OneEvent(fields.id("event_id"));
    }
    return candidate
        ? new Statement.OneCandidate(fields.id("candidate_id"))
        : new Statement.WholeContribution(fields.id("annotator_id"));
  }

  private static void requireDifferent(String field, String a, String b) {
    if (a.equals(b)) {
      throw new RefusedException(
          new Refusal(
              Code.SELF_COMPARISON,
              "a candidate can't be compared with itself, but both are \"%s\"".formatted(a),
              field,
              b,
              "another candidate than the first"));
    }
  }
}
