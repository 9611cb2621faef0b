/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import dev.plumbline.datasets.Content.Messages;
import dev.plumbline.datasets.Content.Text;
import dev.plumbline.datasets.Opinion.Correction;
import dev.plumbline.datasets.Opinion.Rating;
import dev.plumbline.datasets.Opinion.Thumbs;
import dev.plumbline.events.AnnotatorKind;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Langfuse's traces or observations with their scores: {@code input}, {@code output} and {@code
 * scores}, of which each is a judgement of the output. A boolean score is a thumb, a numeric one a
 * rating, a categorical one a thumb where its label says good or bad, a correction is one. Field
 * names are those of the API ({@code dataType}) or of the blob storage export ({@code data_type}).
 * An {@code ANNOTATION} is a person's, an {@code EVAL} its evaluator's, an {@code API} score that
 * of the trace's user, or a program's where there is none.
 */
final class LangfuseScores implements ExportLayout {
  private static final String SCORE_HINT =
      "such as {\"name\": \"helpful\", \"dataType\": \"BOOLEAN\", \"value\": 1, \"source\": \"ANNOTATION\"}";

  @Override
  public JudgedRow judged(Columns row) {
    String id = row.nameOr("id", "");
    @Nullable String user =
        row.has("userId") ? row.name("userId") : row.has("user_id") ? row.name("user_id") : null;
    ShownFields shown = shown(content("input", row.take("input")), output(row.take("output")));
    List<Judgement> judgements = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    int number = 0;
    for (Object element : row.list("scores", SCORE_HINT)) {
      String path = "scores[" + number++ + "]";
      Columns score = Columns.object(path, element, SCORE_HINT);
      String name = score.text("name");
      List<? extends Opinion> opinions = opinions(path, score, shown);
      String source = score.textOr("source", "API").toUpperCase(Locale.ROOT);
      @Nullable String author = author(score);
      for (Opinion opinion : opinions) {
        judgements.add(
            switch (source) {
              case "EVAL" ->
                  new Judgement(
                      name, "evaluator " + name, AnnotatorKind.MODEL, time(path, score), opinion);
              case "ANNOTATION" ->
                  new Judgement(
                      name,
                      author == null ? "annotator" : author,
                      AnnotatorKind.HUMAN,
                      time(path, score),
                      opinion);
              case "API" ->
                  new Judgement(
                      name,
                      author != null ? author : user != null ? user : "program " + name,
                      author == null && user == null ? AnnotatorKind.PROGRAM : AnnotatorKind.HUMAN,
                      time(path, score),
                      opinion);
              default ->
                  throw new RowProblem(
                      path + ".source",
                      "must be ANNOTATION, API or EVAL, but was " + PlainJson.shown(source),
                      SCORE_HINT);
            });
      }
      if (opinions.isEmpty()) {
        leftOut.add("score %s: says of no candidate how good it is".formatted(name));
      }
    }
    return new JudgedRow(
        id, shown.prompt(), shown.candidates(), judgements, leftOut, user, row.rest(null));
  }

  private static ShownFields shown(Content input, Content output) {
    SequencedMap<String, Content> candidates = new LinkedHashMap<>();
    candidates.put("output", output);
    // The prompt is given: it has the first of the names that prompts have.
    return ShownFields.of("input", Map.of("prompt", Held.plain(input)), candidates);
  }

  /** A text, messages, a request with messages, or JSON text of these. */
  private static Content content(String path, Object value) {
    @Nullable Object parsed = value instanceof String text ? parsed(path, text) : value;
    if (parsed instanceof Map<?, ?> request) {
      for (String name : List.of("messages", "prompt", "input", "question", "query", "text")) {
        @Nullable Object inner = request.get(name);
        if (inner != null) {
          return content(path + "." + name, inner);
        }
      }
      if (request.get("role") instanceof String) {
        return Columns.messages(path, List.of(request));
      }
      throw new RowProblem(
          path,
          "must be a text or messages, but was " + PlainJson.shown(value),
          "an object has messages, prompt, input, question, query or text");
    }
    return parsed instanceof List<?> list
        ? Columns.messages(path, list)
        : new Text(Columns.text(path, parsed));
  }

  /** An answer: its content where it is one assistant's message. */
  private static Content output(Object value) {
    @Nullable Object parsed = value instanceof String text ? parsed("output", text) : value;
    if (parsed instanceof Map<?, ?> answer && !(answer.get("role") instanceof String)) {
      for (String name : List.of("content", "output", "answer", "completion", "response", "text")) {
        if (answer.get(name) instanceof String text) {
          return new Text(text);
        }
      }
    }
    Content content = content("output", value);
    return content instanceof Messages list && list.messages().isEmpty() ? new Text("") : content;
  }

  private static @Nullable Object parsed(String path, String text) {
    String start = text.stripLeading();
    @Nullable Object json =
        start.startsWith("[")
            ? PlainJson.list(path, text)
            : start.startsWith("{") ? PlainJson.object(path, text) : null;
    return json == null ? text : json;
  }

  private static List<? extends Opinion> opinions(String path, Columns score, ShownFields shown) {
    String type = either(score, "dataType", "data_type", "NUMERIC").toUpperCase(Locale.ROOT);
    String text = either(score, "stringValue", "string_value", "");
    return switch (type) {
      case "NUMERIC" -> List.of(new Rating(0, number(path, score)));
      case "BOOLEAN" -> List.of(new Thumbs(0, flag(path, score, text)));
      case "CATEGORICAL" -> LabelWords.read(text, shown, OptionalInt.of(0));
      case "CORRECTION" -> List.of(new Correction(0, text));
      case "TEXT" -> List.of();
      default ->
          throw new RowProblem(
              path + ".dataType",
              "must be NUMERIC, CATEGORICAL, BOOLEAN, TEXT or CORRECTION, but was "
                  + PlainJson.shown(type),
              SCORE_HINT);
    };
  }

  private static double number(String path, Columns score) {
    Object value = score.take("value");
    if (!(value instanceof Number number)) {
      throw new RowProblem(
          path + ".value", "must be a number, but was " + PlainJson.shown(value), "without quotes");
    }
    return number.doubleValue();
  }

  private static boolean flag(String path, Columns score, String text) {
    if (!score.has("value") && text.matches("(?i)true|false")) {
      return Boolean.parseBoolean(text.toLowerCase(Locale.ROOT));
    }
    Object value = score.take("value");
    if (value instanceof Boolean flag) {
      return flag;
    }
    if (!(value instanceof Number number)
        || (number.doubleValue() != 0 && number.doubleValue() != 1)) {
      throw new RowProblem(
          path + ".value",
          "of a boolean score must be 0 or 1, but was " + PlainJson.shown(value),
          "1 for true");
    }
    return number.doubleValue() == 1;
  }

  private static @Nullable String author(Columns score) {
    String author = either(score, "authorUserId", "author_user_id", "");
    return author.isBlank() ? null : author;
  }

  private static @Nullable Instant time(String path, Columns score) {
    for (String field : List.of("updatedAt", "updated_at", "timestamp", "createdAt")) {
      if (score.has(field)) {
        return instant(path + "." + field, score.text(field));
      }
    }
    return null;
  }

  private static Instant instant(String path, String text) {
    try {
      return text.indexOf('T') > 0
          ? OffsetDateTime.parse(text).toInstant()
          : LocalDateTime.parse(text.replace(' ', 'T')).toInstant(ZoneOffset.UTC);
    } catch (DateTimeParseException e) {
      throw new RowProblem(
          path,
          "must be a time, but was " + PlainJson.shown(text),
          "such as 2026-01-02T03:04:05Z or 2026-01-02 03:04:05.678");
    }
  }

  private static String either(Columns score, String name, String other, String otherwise) {
    return score.has(name) ? score.text(name) : score.textOr(other, otherwise);
  }
}
