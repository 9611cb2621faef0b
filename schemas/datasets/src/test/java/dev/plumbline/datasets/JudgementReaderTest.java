/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.plumbline.datasets.Opinion.Comparison;
import dev.plumbline.datasets.Opinion.Correction;
import dev.plumbline.datasets.Opinion.Ranking;
import dev.plumbline.datasets.Opinion.Rating;
import dev.plumbline.datasets.Opinion.Thumbs;
import dev.plumbline.events.AnnotatorKind;
import dev.plumbline.events.Answer;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Exports written by hand as the tools' documentation describes them. */
final class JudgementReaderTest {
  @TempDir Path folder;

  @Test
  void shouldReadArgillasAnswersAndSuggestions() {
    List<JudgedRow> rows = read(resource("argilla.json"), null, null);

    assertThat(rows).extracting(JudgedRow::id).containsExactly("rec-1", "rec-2", "rec-3", "rec-4");
    JudgedRow eggs = rows.getFirst();
    assertThat(eggs.promptText()).isEqualTo("How do I boil an egg?");
    assertThat(eggs.candidateText(1)).isEqualTo("Ask a hen.");
    assertThat(eggs.judgements())
        .containsExactly(
            human("preference", "0b0c8a2e-0001", new Comparison(0, 1, Answer.A)),
            human("preference", "0b0c8a2e-0002", new Comparison(0, 1, Answer.TIE)),
            new Judgement(
                "preference",
                "judge-7b",
                AnnotatorKind.MODEL,
                null,
                new Comparison(0, 1, Answer.A)));
    assertThat(eggs.leftOut())
        .containsExactly("question preference: an answer that was not submitted");
    assertThat(rows.get(1).judgements())
        .containsExactly(
            human("ranking", "0b0c8a2e-0001", new Ranking(List.of(List.of(0, 2), List.of(1)))),
            human(
                "ranking",
                "0b0c8a2e-0002",
                new Ranking(List.of(List.of(2), List.of(0), List.of(1)))),
            human("helpful_reply_2", "0b0c8a2e-0001", new Rating(1, 2)),
            human("best", "0b0c8a2e-0003", new Comparison(0, 1, Answer.A)),
            human("best", "0b0c8a2e-0003", new Comparison(0, 2, Answer.A)));
    assertThat(rows.get(1).leftOut())
        .containsExactly("question comment: \"nice colours\" says of no candidate how good it is");
    assertThat(rows.get(2).promptText()).startsWith("System: Be brief.");
    assertThat(rows.get(2).judgements())
        .extracting(Judgement::opinion)
        .containsExactly(new Thumbs(0, false), new Rating(0, 1), new Correction(0, "4"));
    assertThat(rows.get(3).judgements()).isEmpty();
  }

  @Test
  void shouldReadFlatArgillaRecords() {
    List<JudgedRow> rows = read(resource("argilla-flat.jsonl"), DatasetFormat.ARGILLA, null);

    assertThat(rows)
        .singleElement()
        .satisfies(
            row ->
                assertThat(row.judgements())
                    .extracting(Judgement::annotator, Judgement::opinion)
                    .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("u1", new Comparison(0, 1, Answer.A)),
                        org.assertj.core.groups.Tuple.tuple("u2", new Comparison(0, 1, Answer.B)),
                        org.assertj.core.groups.Tuple.tuple(
                            "judge-7b", new Comparison(0, 1, Answer.B))));
  }

  @Test
  void shouldReadLabelStudiosAnnotationsAndPredictions() {
    List<JudgedRow> rows = read(resource("label-studio.json"), null, null);

    assertThat(rows.getFirst().judgements())
        .containsExactly(
            at("comparison", "10", "2026-03-09T22:16:08.728378Z", new Comparison(0, 1, Answer.A)),
            at("comparison", "11", "2026-03-09T22:00:00Z", new Comparison(1, 0, Answer.A)),
            at("stars", "11", "2026-03-09T22:00:00Z", new Rating(0, 4)),
            new Judgement(
                "comparison",
                "judge-7b",
                AnnotatorKind.MODEL,
                null,
                new Comparison(0, 1, Answer.B)));
    assertThat(rows.getFirst().leftOut())
        .containsExactly(
            "control why (textarea): says of no candidate how good it is",
            "an annotation that was skipped");
    assertThat(rows.get(1).judgements())
        .extracting(Judgement::opinion)
        .containsExactly(new Ranking(List.of(List.of(1), List.of(0), List.of(2))));
    assertThat(rows.get(1).candidateText(1)).isEqualTo("A compact alternative.");
    assertThat(rows.get(2).judgements())
        .extracting(Judgement::opinion)
        .containsExactly(new Thumbs(0, false), new Correction(0, "4"));
  }

  @Test
  void shouldReadLangfusesTracesWithTheirScores() {
    List<JudgedRow> rows = read(resource("langfuse-traces.jsonl"), null, null);

    JudgedRow row = rows.getFirst();
    assertThat(row.promptText()).isEqualTo("How do I boil an egg?");
    assertThat(row.candidateText(0)).isEqualTo("Eight minutes.");
    assertThat(row.judgements())
        .containsExactly(
            at("user-feedback", "user-77", "2026-05-29T13:50:00Z", new Thumbs(0, true)),
            at("helpfulness", "ann-3", "2026-05-30T09:00:00Z", new Rating(0, 0.75)),
            new Judgement(
                "tone",
                "evaluator tone",
                AnnotatorKind.MODEL,
                Instant.parse("2026-05-29T13:47:00Z"),
                new Thumbs(0, true)),
            at(
                "output",
                "ann-3",
                "2026-05-29T13:48:00Z",
                new Correction(0, "Eight to ten minutes.")));
    assertThat(row.leftOut())
        .containsExactly("score language: says of no candidate how good it is");
  }

  @Test
  void shouldJoinLangfusesScoresWithTheirObservations() {
    List<JudgedRow> rows = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    try (var reader =
        JudgementReader.open(
            resource("langfuse-observations.jsonl"), null, resource("langfuse-scores.jsonl"))) {
      while (true) {
        try {
          Optional<JudgedRow> row = reader.next();
          if (row.isEmpty()) {
            break;
          }
          rows.add(row.get());
        } catch (DatasetException e) {
          problems.add(e.getMessage());
        }
      }
    }

    assertThat(rows).extracting(JudgedRow::id).containsExactly("obs-1", "obs-2");
    assertThat(rows.getFirst().judgements())
        .containsExactly(at("thumbs", "user-77", "2026-05-29T13:50:19.963Z", new Thumbs(0, false)));
    assertThat(rows.get(1).candidateText(0)).isEqualTo("Blue.");
    assertThat(rows.get(1).judgements())
        .singleElement()
        .satisfies(one -> assertThat(one.opinion()).isEqualTo(new Rating(0, 1)));
    assertThat(problems)
        .satisfiesExactly(
            one -> assertThat(one).contains("langfuse-scores.jsonl:4: the score names no"),
            other -> assertThat(other).contains("scores of trace-9 in langfuse-scores.jsonl"));
  }

  @Test
  void shouldReadPreferenceFilesAsTheJudgementOfTheirLabellers() throws IOException {
    assertThat(read(write("{'id': 7, 'prompt': 'p', 'chosen': 'a', 'rejected': 'b'}"), null, null))
        .singleElement()
        .satisfies(row -> assertThat(row.id()).isEqualTo("7"))
        .satisfies(
            row ->
                assertThat(row.judgements())
                    .containsExactly(human("overall", "labeler", new Comparison(0, 1, Answer.A))));
    assertThat(read(write("{'prompt': 'p', 'completion': 'c', 'label': false}"), null, null))
        .singleElement()
        .satisfies(row -> assertThat(row.id()).isEqualTo("line-1"))
        .satisfies(
            row ->
                assertThat(row.judgements())
                    .containsExactly(human("overall", "labeler", new Thumbs(0, false))));
    assertThat(
            read(
                write(
                    "{'context': [{'role': 'user', 'content': 'p'}], 'completions': [{'rank': 1, 'completion': [{'role': 'assistant', 'content': 'x'}]}, {'rank': 0, 'completion': [{'role': 'assistant', 'content': 'y'}]}]}"),
                null,
                null))
        .singleElement()
        .satisfies(
            row ->
                assertThat(row.judgements())
                    .containsExactly(
                        human("overall", "labeler", new Ranking(List.of(List.of(1), List.of(0))))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'fields': {'response1': 'a', 'response2': 'b'}, 'responses': {}} | fields: have no prompt",
        "{'fields': {'prompt': 'p', 'remark': 'b'}, 'responses': {}} | fields: have no candidate among [prompt, remark]",
        "{'fields': 7, 'responses': {}} | fields: must be an object, but was 7",
        "{'fields': {'prompt': 'p', 'chosen': 'a'}, 'responses': {'q': 'x'}} | responses.q: must be a list, but was \"x\"",
        "{'fields': {'prompt': 'p', 'chosen': 'a'}, 'responses': {'q': ['x']}} | responses.q[0]: must be an object",
        "{'fields': {'prompt': 'p', 'chosen': 'a'}, 'responses': {'q': [{'user_id': 'u'}]}} | value: is missing",
        "{'fields': {'prompt': 'p', 'chosen': 'a'}, 'responses': {'q': [{'value': 'good'}]}} | user_id: is missing",
        "{'fields': {'prompt': 'p', 'chosen': 'a', 'rejected': 'b'}, 'responses': {'q': [{'value': 3, 'user_id': 'u'}]}} | responses.q: must be 1 or 2, the better candidate, but was 3",
        "{'fields': {'prompt': 'p', 'reply1': 'a', 'reply2': 'b', 'reply3': 'c'}, 'responses': {'q': [{'value': 3, 'user_id': 'u'}]}} | responses.q: rates one of 3 candidates",
        "{'fields': {'prompt': 'p', 'reply1': 'a', 'reply2': 'b'}, 'responses': {'q': [{'value': ['reply1', 'reply9'], 'user_id': 'u'}]}} | must name a candidate, but was \"reply9\"",
        "{'fields': {'prompt': 'p', 'reply1': 'a', 'reply2': 'b'}, 'responses': {'q': [{'value': ['reply1', 'reply1'], 'user_id': 'u'}]}} | ranks \"reply1\" twice",
        "{'fields': {'prompt': 'p', 'reply1': 'a', 'reply2': 'b'}, 'responses': {'q': [{'value': ['reply1'], 'user_id': 'u'}]}} | must rank two candidates",
        "{'fields': {'prompt': 'p', 'reply1': 'a', 'reply2': 'b'}, 'responses': {'q': [{'value': [{'value': 'reply1', 'rank': 'x'}], 'user_id': 'u'}]}} | rank: must be a whole number",
        "{'prompt': 'p', 'chosen': 'a'} | row: has neither fields and responses nor columns",
        "{'prompt': 'p', 'chosen': 'a', 'q.responses': [1], 'q.responses.users': []} | q.responses: must have one user",
        "[ | not JSON",
      })
  void shouldNameWhatIsWrongWithAnArgillaRecord(String row, String problem) throws IOException {
    assertRefused(DatasetFormat.ARGILLA, row, problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'annotations': []} | data: is missing",
        "{'data': {'prompt': 'p', 'text1': 'a', 'text2': 'b'}} | annotations: is missing",
        "{'data': {'prompt': 'p', 'text1': 'a', 'text2': 'b'}, 'annotations': {}} | annotations: must be a list",
        "{'data': {'prompt': 'p', 'text1': 'a', 'text2': 'b'}, 'annotations': [{'result': []}]} | annotations[0].completed_by: is missing",
        "{'data': {'prompt': 'p', 'text1': 'a', 'text2': 'b'}, 'annotations': [{'completed_by': 1}]} | annotations[0].result: is missing",
        "{'data': {'prompt': 'p', 'text1': 'a', 'text2': 'b'}, 'annotations': [{'completed_by': 1, 'created_at': 'today', 'result': []}]} | annotations[0].created_at: must be a time, but was \"today\"",
        "{'data': {'prompt': 'p', 'text1': 'a', 'text2': 'b'}, 'annotations': [{'completed_by': 1, 'result': [{'type': 'pairwise', 'value': {'selected': 'up'}}]}]} | value.selected: must be left or right, but was \"up\"",
        "{'data': {'prompt': 'p', 'text1': 'a', 'text2': 'b', 'text3': 'c'}, 'annotations': [{'completed_by': 1, 'result': [{'type': 'pairwise', 'to_name': 'x,y', 'value': {'selected': 'left'}}]}]} | to_name: must name two of 3 candidates",
        "{'data': {'prompt': 'p', 'text1': 'a', 'text2': 'b'}, 'annotations': [{'completed_by': 1, 'result': [{'type': 'rating', 'to_name': 'x', 'value': {'rating': 3}}]}]} | to_name: must name one of 2 candidates",
        "{'data': {'prompt': 'p', 'text1': 'a'}, 'annotations': [{'completed_by': 1, 'result': [{'type': 'rating', 'value': {'rating': 'x'}}]}]} | value.rating: must be a number",
        "{'data': {'prompt': 'p', 'text1': 'a', 'text2': 'b'}, 'annotations': [{'completed_by': 1, 'result': [{'type': 'ranker', 'value': {'ranker': {'good': [], 'bad': []}}}]}]} | has the buckets [good, bad]",
        "{'data': {'prompt': 'p', 'items': [{'id': 'a'}]}, 'annotations': []} | data.items[0]: has no text",
        "{'data': {'prompt': 'p', 'text1': 'a'}, 'annotations': [{'completed_by': 1, 'result': [{'value': {}}]}]} | annotations[0].result[0].type: is missing",
      })
  void shouldNameWhatIsWrongWithALabelStudioTask(String row, String problem) throws IOException {
    assertRefused(DatasetFormat.LABEL_STUDIO, row, problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'output': 'o', 'scores': []} | input: is missing",
        "{'input': 'i', 'scores': []} | output: is missing",
        "{'input': 'i', 'output': 'o'} | scores: is missing",
        "{'input': {'a': 1}, 'output': 'o', 'scores': []} | input: must be a text or messages",
        "{'input': [{'content': 'x'}], 'output': 'o', 'scores': []} | input[0].role: is missing",
        "{'input': 'i', 'output': 'o', 'scores': [1]} | scores[0]: must be an object",
        "{'input': 'i', 'output': 'o', 'scores': [{'value': 1}]} | scores[0].name: is missing",
        "{'input': 'i', 'output': 'o', 'scores': [{'name': 'n', 'dataType': 'NUMERIC', 'value': 'x'}]} | scores[0].value: must be a number",
        "{'input': 'i', 'output': 'o', 'scores': [{'name': 'n', 'dataType': 'BOOLEAN', 'value': 2}]} | scores[0].value: of a boolean score must be 0 or 1, but was 2",
        "{'input': 'i', 'output': 'o', 'scores': [{'name': 'n', 'dataType': 'MOOD', 'value': 2}]} | scores[0].dataType: must be NUMERIC",
        "{'input': 'i', 'output': 'o', 'scores': [{'name': 'n', 'source': 'DREAM', 'value': 2}]} | scores[0].source: must be ANNOTATION, API or EVAL",
        "{'input': 'i', 'output': 'o', 'scores': [{'name': 'n', 'timestamp': 'x', 'value': 2}]} | scores[0].timestamp: must be a time",
      })
  void shouldNameWhatIsWrongWithALangfuseTrace(String row, String problem) throws IOException {
    assertRefused(DatasetFormat.LANGFUSE, row, problem);
  }

  @Test
  void shouldConvertWhatAPreferenceRowCanHoldAndRefuseTheRest() {
    List<String> kinds = new ArrayList<>();
    try (var reader = DatasetReader.open(resource("label-studio.json"))) {
      for (int i = 0; i < 3; i++) {
        try {
          kinds.add(reader.next().orElseThrow().kind());
        } catch (DatasetException e) {
          kinds.add(e.getMessage());
        }
      }
    }
    assertThat(kinds)
        .containsExactly(
            "label-studio.json:1: row: holds answers to several questions, which no preference row can; hint: plumbline import takes them all",
            "a ranking",
            "label-studio.json:3: row: holds answers to several questions, which no preference row can; hint: plumbline import takes them all");
  }

  @Test
  void shouldConvertAPairWithWhatElseTheRecordHas() throws IOException {
    Path file =
        write(
            "{'id': 'r', 'fields': {'prompt': 'p', 'chosen': 'a', 'rejected': 'b'}, 'metadata': {'topic': 't'}, 'responses': {'q': [{'value': 'rejected', 'user_id': 'u'}]}}");
    Path out = folder.resolve("pairs.jsonl");
    try (var reader = DatasetReader.open(file);
        var writer = DatasetWriter.create(out, DatasetFormat.TRL_PAIRWISE)) {
      writer.write(reader.next().orElseThrow());
      writer.commit();
    }

    assertThat(out)
        .hasContent(
            "{\"prompt\":\"p\",\"chosen\":\"b\",\"rejected\":\"a\",\"id\":\"r\",\"metadata\":{\"topic\":\"t\"},\"annotators\":[\"u\"]}");
  }

  @Test
  void shouldNotWriteExports() {
    assertThatThrownBy(
            () -> DatasetWriter.create(folder.resolve("x.jsonl"), DatasetFormat.LABEL_STUDIO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("label-studio is the export of an annotation tool: it is read, never written");
  }

  @Test
  void shouldNameTheElementAtWhichAnArrayBreaksOff() throws IOException {
    Path file = write("[{'prompt': 'p', 'chosen': 'a', 'rejected': 'b'}, 5, {'prompt': ");

    try (var reader = DatasetReader.open(file)) {
      assertThat(reader.next()).isPresent();
      assertThatThrownBy(reader::next)
          .hasMessageContaining("rows.jsonl:2: row: must be a JSON object, but was 5");
      DatasetException end = catchThrowableOfType(DatasetException.class, reader::next);
      assertThat(end).hasMessageContaining("rows.jsonl:3: not JSON");
      assertThat(end.endsReading()).isTrue();
    }
  }

  private void assertRefused(DatasetFormat format, String row, String problem) throws IOException {
    DatasetException refusal =
        catchThrowableOfType(DatasetException.class, () -> read(write(row), format, null));

    assertThat(refusal).hasMessageStartingWith("rows.jsonl:1: ").hasMessageContaining(problem);
  }

  private Path write(String row) throws IOException {
    return Files.writeString(folder.resolve("rows.jsonl"), row.replace('\'', '"') + "\n");
  }

  private static List<JudgedRow> read(
      Path file, @Nullable DatasetFormat format, @Nullable Path scores) {
    List<JudgedRow> rows = new ArrayList<>();
    try (var reader = JudgementReader.open(file, format, scores)) {
      for (Optional<JudgedRow> row = reader.next(); row.isPresent(); row = reader.next()) {
        rows.add(row.get());
      }
    }
    return rows;
  }

  private static Judgement human(String question, String annotator, Opinion opinion) {
    return new Judgement(question, annotator, AnnotatorKind.HUMAN, null, opinion);
  }

  private static Judgement at(String question, String annotator, String time, Opinion opinion) {
    return new Judgement(question, annotator, AnnotatorKind.HUMAN, Instant.parse(time), opinion);
  }

  private static Path resource(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(JudgementReaderTest.class.getResource("exports/" + name)).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
