/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.plumbline.events.Annotator;
import dev.plumbline.events.AnnotatorKind;
import dev.plumbline.events.Answer;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Statement;
import dev.plumbline.events.Text;
import dev.plumbline.events.Thumb;
import dev.plumbline.events.TrajectorySegment;
import dev.plumbline.gateway.dialect.Refusal.Code;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FeedbackDialectTest {
  private static final Instant NOW = Instant.parse("2026-05-01T12:00:00.123456789Z");
  private static final String COMPARISON =
      """
      {"event_id": "e1", "item_id": "i1", "annotator": "ann", "kind": "comparison",
       "candidate_a": "x", "candidate_b": "y", "answer": "both_bad"}""";

  private final FeedbackDialect dialect =
      new FeedbackDialect(InstantSource.fixed(NOW), () -> "made-up");

  @Test
  void shouldReadAComparisonWithTheServersClockAsRecordTime() {
    FeedbackEvent event = read(COMPARISON).value();

    assertThat(event)
        .isEqualTo(
            new FeedbackEvent(
                "e1",
                "i1",
                Annotator.human("ann"),
                "gateway",
                Instant.parse("2026-05-01T12:00:00.123456Z"),
                null,
                null,
                "overall",
                new Statement.Comparison("x", "y", Answer.BOTH_BAD)));
  }

  @Test
  void shouldReadHowLongTheComparedTextsAre() {
    String measured =
        COMPARISON.replace("\"both_bad\"", "\"a\", \"length_chars_a\": 12, \"length_chars_b\": 0");

    assertThat(read(measured).value().statement())
        .isEqualTo(new Statement.Comparison("x", "y", Answer.A, 12, 0));
    assertThat(refused(measured.replace("12", "-1")).message())
        .contains("length_chars_a", "at least 0", "-1");
  }

  @Test
  void shouldReadEverySharedField() {
    FeedbackEvent event =
        read("""
            {"event_id": "e1", "item_id": "i1", "task_id": "t1", "criterion": "tone",
             "annotator": {"id": "sim", "kind": "program", "simulated": true},
             "claimed_at": "2026-05-01T13:30:00+02:00", "source": "station-4",
             "kind": "thumbs", "candidate_id": "x", "thumb": "down"}""")
            .value();

    assertThat(event.annotator()).isEqualTo(new Annotator("sim", AnnotatorKind.PROGRAM, true));
    assertThat(event.taskId()).isEqualTo("t1");
    assertThat(event.criterion()).isEqualTo("tone");
    assertThat(event.source()).isEqualTo("station-4");
    assertThat(event.claimedAt()).isEqualTo(Instant.parse("2026-05-01T11:30:00Z"));
    assertThat(event.statement()).isEqualTo(new Statement.Thumbs("x", Thumb.DOWN));
  }

  @Test
  void shouldReadEveryKindOfStatement() {
    assertThat(statement("\"kind\": \"ranking\", \"tiers\": [[\"x\"], [\"y\", \"z\"]]"))
        .isEqualTo(
            new Statement.Ranking(
                List.of(new Statement.Tier(List.of("x")), new Statement.Tier(List.of("y", "z")))));
    assertThat(
            statement(
                "\"kind\": \"rating\", \"candidate_id\": \"x\", \"marks\": [{\"attribute\": \"tone\","
                    + " \"value\": 2, \"scale_min\": 1, \"scale_max\": 5}]"))
        .isEqualTo(new Statement.Rating("x", List.of(new Statement.Mark("tone", 2, 1, 5))));
    assertThat(
            statement(
                "\"kind\": \"correction\", \"candidate_id\": \"x\", \"original\": \"kitten\","
                    + " \"text\": \"sitting\""))
        .isEqualTo(new Statement.Correction("x", Text.plain("sitting"), 3, 7, 6));
    assertThat(
            statement(
                "\"kind\": \"correction\", \"candidate_id\": \"x\", \"text\": \"sitting\","
                    + " \"edit_distance_chars\": 3"))
        .isEqualTo(new Statement.Correction("x", Text.plain("sitting"), 3, 7));
    assertThat(statement("\"kind\": \"signal\", \"candidate_id\": \"x\", \"name\": \"copied\""))
        .isEqualTo(new Statement.Signal("x", "copied", 1));
    assertThat(
            statement(
                "\"kind\": \"signal\", \"candidate_id\": \"x\", \"name\": \"read\", \"value\": 0.5"))
        .isEqualTo(new Statement.Signal("x", "read", 0.5));
    assertThat(
            statement(
                "\"kind\": \"span_mark\", \"candidate_id\": \"x\", \"start_char\": 0, \"end_char\":"
                    + " 4, \"label\": \"wrong\", \"strength\": -1"))
        .isEqualTo(new Statement.SpanMark("x", 0, 4, "wrong", -1));
    assertThat(
            statement(
                "\"kind\": \"segment_comparison\", \"answer\": \"a\", \"first\": %s, \"second\": %s"
                    .formatted(segment("s1"), segment("s2"))))
        .isEqualTo(new Statement.SegmentComparison(trajectory("s1"), trajectory("s2"), Answer.A));
    assertThat(statement("\"kind\": \"retraction\", \"scope\": {\"annotator_id\": \"ann\"}"))
        .isEqualTo(new Statement.Retraction(new Statement.WholeContribution("ann")));
  }

  @Test
  void shouldHaveAKindForEveryStatementOfTheVocabulary() {
    List<String> statements =
        Stream.of(Statement.class.getPermittedSubclasses())
            .map(type -> type.getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "_"))
            .map(name -> name.toLowerCase(Locale.ROOT))
            .toList();

    assertThat(StatementDialect.KINDS.keySet()).containsExactlyInAnyOrderElementsOf(statements);
  }

  @Test
  void shouldMakeUpAnIdOnlyWhereNoneIsGiven() {
    String without = COMPARISON.replace("\"event_id\": \"e1\",", "");

    assertThat(read(without).value().eventId()).isEqualTo("made-up");
    assertThat(dialect.read(json(without), "header").value().eventId()).isEqualTo("header");
    assertThat(dialect.read(json(COMPARISON), "e1").value().eventId()).isEqualTo("e1");
    assertThat(refusal(() -> dialect.read(json(COMPARISON), "e2")).message())
        .isEqualTo(
            "'event_id' must be the same as the Idempotency-Key header (\"e2\"), but was \"e1\"");
  }

  @Test
  void shouldNameTheNearestKindAndAllOthers() {
    Refusal refusal = refused(COMPARISON.replace("\"comparison\"", "\"comparision\""));

    assertThat(refusal.code()).isEqualTo(Code.UNKNOWN_KIND);
    assertThat(refusal.message())
        .isEqualTo(
            "'kind' must be one of comparison, ranking, rating, thumbs, correction, span_mark,"
                + " segment_comparison, signal, retraction, but was \"comparision\" (did you mean"
                + " 'comparison'?)");
  }

  @Test
  void shouldSayWhichFieldIsMissingAndWhatProbablyMeantIt() {
    Refusal refusal = refused(COMPARISON.replace("\"answer\"", "\"anwser\""));

    assertThat(refusal.code()).isEqualTo(Code.MISSING_FIELD);
    assertThat(refusal.field()).isEqualTo("answer");
    assertThat(refusal.message()).isEqualTo("'answer' is missing (is it meant by 'anwser'?)");
  }

  @Test
  void shouldRefuseFieldsItDoesNotKnowWithTheirPath() {
    assertThat(refused(COMPARISON.replace("{\"event_id\"", "{\"sorce\": \"me\", \"event_id\"")))
        .satisfies(
            refusal -> {
              assertThat(refusal.code()).isEqualTo(Code.UNKNOWN_FIELD);
              assertThat(refusal.message())
                  .startsWith("unknown field 'sorce' (did you mean 'source'?); known here: kind,");
            });
    assertThat(refused(COMPARISON.replace("\"ann\"", "{\"id\": \"a\", \"name\": \"Eve\"}")).field())
        .isEqualTo("annotator.name");
  }

  @Test
  void shouldRefuseWrongTypesAndValuesNamingWhatWasExpected() {
    assertThat(refused("[]").message()).isEqualTo("'the body' must be an object, but was []");
    assertThat(refused(COMPARISON.replace("\"x\"", "7")).message())
        .isEqualTo("'candidate_a' must be a text, but was 7");
    assertThat(refused(COMPARISON.replace("\"both_bad\"", "\"A\"")).message())
        .startsWith("'answer' must be one of a, b, tie, both_bad, cant_tell, but was \"A\"");
    assertThat(refused(COMPARISON.replace("\"e1\"", "\"" + "e".repeat(201) + "\"")).message())
        .startsWith("'event_id' must be 1 to 200 characters and not blank, but was \"eee")
        .endsWith("... (201 characters)");
    assertThat(refused(COMPARISON.replace("\"e1\"", "\"e1\", \"claimed_at\": \"noon\"")).message())
        .isEqualTo(
            "'claimed_at' must be a time in ISO 8601 with an offset (2026-05-01T12:00:00Z), but was"
                + " \"noon\"");
    assertThat(refusedStatement("\"kind\": \"ranking\", \"tiers\": [[\"x\"], [\"x\"]]").message())
        .contains("a ranking that names each candidate once");
    String many =
        IntStream.range(0, 17).mapToObj("[\"c%d\"]"::formatted).collect(Collectors.joining(","));
    assertThat(refusedStatement("\"kind\": \"ranking\", \"tiers\": [" + many + "]").message())
        .contains("a ranking of 2 to 16 candidates");
    assertThat(
            refusedStatement(
                    "\"kind\": \"rating\", \"candidate_id\": \"x\", \"marks\": [{\"attribute\":"
                        + " \"tone\", \"value\": 9, \"scale_min\": 1, \"scale_max\": 5}]")
                .message())
        .isEqualTo("marks[0]: the mark of tone must lie on its scale 1.0 to 5.0, but was 9.0");
    assertThat(
            refusedStatement(
                    "\"kind\": \"correction\", \"candidate_id\": \"x\", \"text\": \"%s\","
                            .formatted("ö".repeat(70_000))
                        + " \"edit_distance_chars\": 1")
                .message())
        .isEqualTo("text must be at most 131072 bytes in UTF-8, but was 140000");
  }

  @Test
  void shouldRefuseACandidateComparedWithItself() {
    Refusal refusal = refused(COMPARISON.replace("\"y\"", "\"x\""));

    assertThat(refusal.code()).isEqualTo(Code.SELF_COMPARISON);
    assertThat(refusal.message())
        .isEqualTo("a candidate can't be compared with itself, but both are \"x\"");
    assertThat(
            refusedStatement(
                    "\"kind\": \"segment_comparison\", \"answer\": \"a\", \"first\": %s, \"second\":"
                            .formatted(segment("s1"))
                        + segment("s1"))
                .code())
        .isEqualTo(Code.SELF_COMPARISON);
  }

  @Test
  void shouldTakeAClaimFromTheFutureWithAWarning() {
    String claim = "\"e1\", \"claimed_at\": \"%s\"";

    Reading<FeedbackEvent> soon =
        read(COMPARISON.replace("\"e1\"", claim.formatted("2026-05-01T12:04:00Z")));
    Reading<FeedbackEvent> nextYear =
        read(COMPARISON.replace("\"e1\"", claim.formatted("2027-05-01T12:00:00Z")));

    assertThat(soon.warnings()).isEmpty();
    assertThat(nextYear.warnings())
        .singleElement()
        .asString()
        .contains("claimed_at 2027-05-01T12:00:00Z lies 364d23h59m59s ahead")
        .contains("ordered by its accepted time 2026-05-01T12:00:00.123456Z");
    assertThat(nextYear.value().saidAt()).isEqualTo(nextYear.value().acceptedAt());
  }

  @Test
  void shouldSayWhereATextStopsBeingJson() {
    assertThat(refusal(() -> json("{\"kind\": comparison}")))
        .satisfies(
            refusal -> {
              assertThat(refusal.code()).isEqualTo(Code.NOT_JSON);
              assertThat(refusal.message())
                  .startsWith("the body is no JSON text at line 1, column ")
                  .contains("'comparison'");
            });
    assertThat(refusal(() -> json("{} {}")).code()).isEqualTo(Code.NOT_JSON);
    assertThat(refusal(() -> json("{\"a\": 1, \"a\": 2}")).message()).contains("Duplicate field");
    assertThat(refusal(() -> json("")).message()).contains("the body is empty");
  }

  private Reading<FeedbackEvent> read(String json) {
    return dialect.read(json(json), null);
  }

  private Statement statement(String fields) {
    return read("{\"item_id\": \"i1\", \"annotator\": \"ann\", %s}".formatted(fields))
        .value()
        .statement();
  }

  private Refusal refused(String json) {
    return refusal(() -> read(json));
  }

  private Refusal refusedStatement(String fields) {
    return refusal(() -> statement(fields));
  }

  private static Refusal refusal(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    return catchThrowableOfType(RefusedException.class, call).refusal();
  }

  private static com.fasterxml.jackson.databind.JsonNode json(String text) {
    return Json.read(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String segment(String id) {
    return """
        {"candidate_id": "%s", "dataset": "d", "episode": "1", "camera": "c",
         "start_seconds": 0.5, "end_seconds": 2}"""
        .formatted(id);
  }

  private static TrajectorySegment trajectory(String id) {
    return new TrajectorySegment(id, "d", "1", "c", Duration.ofMillis(500), Duration.ofSeconds(2));
  }
}
