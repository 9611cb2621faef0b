/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import dev.plumbline.datasets.Opinion.Comparison;
import dev.plumbline.datasets.Opinion.Correction;
import dev.plumbline.datasets.Opinion.Rating;
import dev.plumbline.events.AnnotatorKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Argilla's records, as {@code to_json} of its SDK 2 writes them ({@code fields}, {@code responses}
 * and {@code suggestions} by question) or flat ({@code QUESTION.responses}, {@code
 * QUESTION.responses.users}, {@code QUESTION.responses.status}, {@code QUESTION.suggestion}). What
 * kind of question it was shows in its values: a list is a ranking, a number a rating, a text a
 * label, or a correction where the question's name says so. A suggestion counts as the judgement of
 * the model that made it. Answers that were not submitted don't count.
 */
final class ArgillaRecords implements ExportLayout {
  private static final String SUBMITTED = "submitted";
  private static final Pattern CORRECTS = Pattern.compile("(?i).*(correct|edit|rewrit|improve).*");
  private static final String HINT = "such as {\"value\": \"response1\", \"user_id\": \"...\"}";

  @Override
  public JudgedRow judged(Columns row) {
    String id = row.nameOr("id", "");
    Reading reading = row.has("fields") ? nested(row) : flat(row);
    return reading.result(id, row.rest(null));
  }

  private static Reading nested(Columns row) {
    Reading reading =
        new Reading(ShownFields.of("fields", row.map("fields", "the texts of the record by name")));
    row.mapOrEmpty("responses", "a list of answers for each question")
        .forEach(
            (question, answers) -> {
              String path = "responses." + question;
              int number = 0;
              for (Object answer : Columns.list(path, answers, HINT)) {
                Columns one = Columns.object(path + "[" + number++ + "]", answer, HINT);
                Object value = one.take("value");
                String user = one.name("user_id");
                if (one.textOr("status", SUBMITTED).equals(SUBMITTED)) {
                  reading.answer(question, user, AnnotatorKind.HUMAN, value);
                } else {
                  reading.unsubmitted(question);
                }
              }
            });
    row.mapOrEmpty("suggestions", "one suggestion for each question")
        .forEach(
            (question, suggestion) -> {
              Columns one =
                  Columns.object(
                      "suggestions." + question,
                      suggestion,
                      "such as {\"value\": ..., \"agent\": ...}");
              if (one.has("value")) {
                Object value = one.take("value");
                reading.answer(
                    question, one.textOr("agent", "suggestion"), AnnotatorKind.MODEL, value);
              }
            });
    for (String unused : List.of("vectors", "_server_id", "status")) {
      row.drop(unused);
    }
    return reading;
  }

  private static Reading flat(Columns row) {
    Map<String, Object> all = row.all();
    Reading reading = new Reading(ShownFields.of("the columns", all));
    boolean asked = false;
    for (String column : all.keySet()) {
      if (column.endsWith(".responses")) {
        asked = true;
        flatResponses(row, column, reading);
      } else if (column.endsWith(".suggestion")) {
        asked = true;
        String question = column.substring(0, column.length() - ".suggestion".length());
        Object value = row.take(column);
        reading.answer(
            question, row.textOr(column + ".agent", "suggestion"), AnnotatorKind.MODEL, value);
        row.drop(column + ".score");
      }
    }
    if (!asked) {
      throw new RowProblem(
          "row",
          "has neither fields and responses nor columns such as preference.responses, but "
              + all.keySet(),
          "export records with dataset.records.to_json(path)");
    }
    return reading;
  }

  private static void flatResponses(Columns row, String column, Reading reading) {
    String question = column.substring(0, column.length() - ".responses".length());
    List<?> values = row.list(column, "one value for each user");
    List<?> users = row.list(column + ".users", "one user for each value");
    List<?> statuses =
        row.has(column + ".status")
            ? row.list(column + ".status", "one status for each value")
            : List.of();
    if (users.size() != values.size()
        || (!statuses.isEmpty() && statuses.size() != values.size())) {
      throw new RowProblem(
          column,
          "must have one user and one status for each of %d values, but had %d and %d"
              .formatted(values.size(), users.size(), statuses.size()),
          "export the records again");
    }
    for (int i = 0; i < values.size(); i++) {
      if (statuses.isEmpty() || SUBMITTED.equals(statuses.get(i))) {
        String user = Columns.text(column + ".users[" + i + "]", users.get(i));
        reading.answer(question, user, AnnotatorKind.HUMAN, values.get(i));
      } else {
        reading.unsubmitted(question);
      }
    }
  }

  /** The answers of one record. */
  private static final class Reading {
    private final ShownFields shown;
    private final List<Judgement> judgements = new ArrayList<>();
    private final List<String> leftOut = new ArrayList<>();

    private Reading(ShownFields shown) {
      this.shown = shown;
    }

    private JudgedRow result(String id, Extras extras) {
      return new JudgedRow(
          id, shown.prompt(), shown.candidates(), judgements, leftOut, null, extras);
    }

    private void unsubmitted(String question) {
      leftOut.add("question %s: an answer that was not submitted".formatted(question));
    }

    private void answer(
        String question, String annotator, AnnotatorKind kind, @Nullable Object value) {
      List<? extends Opinion> opinions = opinions(question, value);
      for (Opinion opinion : opinions) {
        judgements.add(new Judgement(question, annotator, kind, null, opinion));
      }
      if (opinions.isEmpty()) {
        leftOut.add(
            "question %s: %s says of no candidate how good it is"
                .formatted(question, PlainJson.shown(value)));
      }
    }

    private List<? extends Opinion> opinions(String question, @Nullable Object value) {
      OptionalInt about = shown.askedBy(question);
      return switch (value) {
        case List<?> list when isRanking(list) -> List.of(ranking(question, list));
        case Number mark when about.isPresent() ->
            List.of(new Rating(about.getAsInt(), mark.doubleValue()));
        case Number mark when shown.candidates().size() == 2 -> List.of(theBetter(question, mark));
        case Number mark ->
            throw new RowProblem(
                "responses." + question,
                "rates one of %d candidates, but its name doesn't tell which"
                    .formatted(shown.candidates().size()),
                "name the question after the candidate, such as rating_response1");
        case String text when CORRECTS.matcher(question).matches() && about.isPresent() ->
            List.of(new Correction(about.getAsInt(), text));
        case String label -> LabelWords.read(label, shown, about);
        case null, default -> List.of();
      };
    }

    /** A question that asks for the better of two by its number. */
    private Comparison theBetter(String question, Number number) {
      if (number.doubleValue() != 1 && number.doubleValue() != 2) {
        throw new RowProblem(
            "responses." + question,
            "must be 1 or 2, the better candidate, but was " + number,
            "name a rating question after its candidate, such as rating_response1");
      }
      return number.intValue() == 1 ? LabelWords.preferred(0, 1) : LabelWords.preferred(1, 0);
    }

    private boolean isRanking(List<?> list) {
      return !list.isEmpty()
          && switch (list.getFirst()) {
            case Map<?, ?> ranked -> ranked.containsKey("rank");
            case String name -> shown.named(name).isPresent();
            case null, default -> false;
          };
    }

    private Opinion ranking(String question, List<?> list) {
      String path = "responses." + question + ".value";
      Map<Integer, List<Integer>> tiers = new TreeMap<>();
      SequencedMap<Integer, Integer> seen = new LinkedHashMap<>();
      for (Object element : list) {
        int rank = seen.size();
        Object name = element;
        if (element instanceof Map<?, ?>) {
          Columns one =
              Columns.object(path, element, "such as {\"value\": \"response1\", \"rank\": 1}");
          name = one.take("value");
          rank = one.whole("rank");
        }
        int candidate = shown.required(path, Optional.ofNullable(name).orElse("null"));
        if (seen.put(candidate, rank) != null) {
          throw new RowProblem(
              path,
              "ranks %s twice".formatted(PlainJson.shown(name)),
              "each candidate has one rank");
        }
        tiers.computeIfAbsent(rank, unused -> new ArrayList<>()).add(candidate);
      }
      if (seen.size() < 2) {
        throw new RowProblem(
            path, "must rank two candidates or more, but ranked 1", "rank all of them");
      }
      return new Opinion.Ranking(List.copyOf(tiers.values()));
    }
  }
}
