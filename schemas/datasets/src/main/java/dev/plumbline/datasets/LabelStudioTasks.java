/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import dev.plumbline.datasets.Content.Text;
import dev.plumbline.datasets.Opinion.Correction;
import dev.plumbline.datasets.Opinion.Ranking;
import dev.plumbline.datasets.Opinion.Rating;
import dev.plumbline.events.AnnotatorKind;
import dev.plumbline.events.Answer;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Label Studio's tasks as its JSON export has them: {@code data} with what was shown, {@code
 * annotations} with a result for each control that was used. Read are the controls {@code pairwise}
 * (left is the candidate that {@code to_name} names first, else the first of the task), {@code
 * rating}, {@code ranker} without buckets, {@code choices}, and {@code textarea} where the
 * control's name says that it corrects. A prediction counts as the judgement of its model version.
 * Annotations that were cancelled (skipped) don't count.
 */
final class LabelStudioTasks implements ExportLayout {
  private static final Pattern CORRECTS = Pattern.compile("(?i).*(correct|edit|rewrit|improve).*");
  private static final String RESULT_HINT =
      "such as {\"type\": \"pairwise\", \"from_name\": \"pw\", \"value\": {\"selected\": \"left\"}}";

  @Override
  public JudgedRow judged(Columns row) {
    Reading reading = new Reading(shown(row.map("data", "what the task showed, by name")));
    String id = row.nameOr("id", "");
    int number = 0;
    for (Object element : row.list("annotations", "one annotation for each person")) {
      String path = "annotations[" + number++ + "]";
      Columns one = Columns.object(path, element, "such as {\"completed_by\": 1, \"result\": []}");
      String annotator = completedBy(path, one);
      if (one.has("was_cancelled") && one.flag("was_cancelled")) {
        reading.leftOut.add("an annotation that was skipped");
      } else {
        reading.results(path, one, annotator, AnnotatorKind.HUMAN);
      }
    }
    if (row.has("predictions")) {
      number = 0;
      for (Object element : row.list("predictions", "one prediction for each model")) {
        String path = "predictions[" + number++ + "]";
        if (element instanceof Map<?, ?>) {
          Columns one = Columns.object(path, element, RESULT_HINT);
          reading.results(
              path, one, one.nameOr("model_version", "prediction"), AnnotatorKind.MODEL);
        }
      }
    }
    for (String unused :
        List.of("drafts", "comment_authors", "comment_count", "unresolved_comment_count")) {
      row.drop(unused);
    }
    return new JudgedRow(
        id,
        reading.shown.prompt(),
        reading.shown.candidates(),
        reading.judgements,
        reading.leftOut,
        null,
        row.rest(null));
  }

  /** The fields of the task, and the items of a list that was to be ranked. */
  private static ShownFields shown(Map<String, @Nullable Object> data) {
    for (Map.Entry<String, @Nullable Object> field : data.entrySet()) {
      if (field.getValue() instanceof List<?> list && isItems(list)) {
        SequencedMap<String, Content> items = new LinkedHashMap<>();
        for (Object element : list) {
          String path = "data." + field.getKey() + "[" + items.size() + "]";
          Columns item =
              Columns.object(path, element, "such as {\"id\": \"a\", \"body\": \"text\"}");
          items.put(item.name("id"), new Text(itemText(path, item)));
        }
        return ShownFields.of("data", data, items);
      }
    }
    return ShownFields.of("data", data);
  }

  private static boolean isItems(List<?> list) {
    return !list.isEmpty() && list.getFirst() instanceof Map<?, ?> item && item.containsKey("id");
  }

  private static String itemText(String path, Columns item) {
    for (String name : List.of("body", "text", "html", "title")) {
      if (item.has(name)) {
        return item.text(name);
      }
    }
    throw new RowProblem(
        path, "has no text", "an item has a body, text, html or title beside its id");
  }

  private static String completedBy(String path, Columns annotation) {
    if (!annotation.has("completed_by")) {
      throw new RowProblem(
          path + ".completed_by", "is missing", "export with annotators, not anonymously");
    }
    return annotation.all().get("completed_by") instanceof Map<?, ?>
        ? annotation.object("completed_by", "a person with an id").name("id")
        : annotation.name("completed_by");
  }

  /** The answers of one task. */
  private static final class Reading {
    private final ShownFields shown;
    private final List<Judgement> judgements = new ArrayList<>();
    private final List<String> leftOut = new ArrayList<>();

    private Reading(ShownFields shown) {
      this.shown = shown;
    }

    private void results(String path, Columns one, String annotator, AnnotatorKind kind) {
      @Nullable Instant saidAt = time(path, one);
      int number = 0;
      for (Object element : one.list("result", RESULT_HINT)) {
        String place = path + ".result[" + number++ + "]";
        Columns result = Columns.object(place, element, RESULT_HINT);
        String type = result.text("type");
        String control = result.textOr("from_name", type);
        List<? extends Opinion> opinions = opinions(place, type, control, result);
        for (Opinion opinion : opinions) {
          judgements.add(new Judgement(control, annotator, kind, saidAt, opinion));
        }
        if (opinions.isEmpty()) {
          leftOut.add(
              "control %s (%s): says of no candidate how good it is".formatted(control, type));
        }
      }
    }

    private List<? extends Opinion> opinions(
        String place, String type, String control, Columns result) {
      Columns value = result.object("value", RESULT_HINT);
      String objects = result.all().get("to_name") instanceof String name ? name : "";
      return switch (type) {
        case "pairwise" -> List.of(pairwise(place, objects, value));
        case "rating" -> List.of(rating(place, objects, control, value));
        case "ranker" -> List.of(ranking(place, value));
        case "choices" ->
            value.list("choices", "one label or several").stream()
                .filter(String.class::isInstance)
                .flatMap(
                    label ->
                        LabelWords.read((String) label, shown, about(objects, control)).stream())
                .toList();
        case "textarea" -> correction(place, objects, control, value);
        default -> List.of();
      };
    }

    private Opinion pairwise(String place, String objects, Columns value) {
      String selected = value.text("selected");
      String[] names = objects.split(",", -1);
      int count = shown.candidates().size();
      OptionalInt left = names.length == 2 ? shown.named(names[0]) : OptionalInt.empty();
      OptionalInt right = names.length == 2 ? shown.named(names[1]) : OptionalInt.empty();
      if (left.isEmpty() || right.isEmpty()) {
        if (count != 2) {
          throw new RowProblem(
              place + ".to_name",
              "must name two of %d candidates, but was \"%s\"".formatted(count, objects),
              "name the objects of the labelling interface as the fields of the task");
        }
        left = OptionalInt.of(0);
        right = OptionalInt.of(1);
      }
      return switch (selected) {
        case "left" -> new Opinion.Comparison(left.getAsInt(), right.getAsInt(), Answer.A);
        case "right" -> new Opinion.Comparison(left.getAsInt(), right.getAsInt(), Answer.B);
        default ->
            throw new RowProblem(
                place + ".value.selected",
                "must be left or right, but was " + PlainJson.shown(selected),
                "the side that was chosen");
      };
    }

    private Opinion rating(String place, String objects, String control, Columns value) {
      Object mark = value.take("rating");
      if (!(mark instanceof Number number)) {
        throw new RowProblem(
            place + ".value.rating",
            "must be a number, but was " + PlainJson.shown(mark),
            "without quotes");
      }
      OptionalInt about = about(objects, control);
      if (about.isEmpty()) {
        throw new RowProblem(
            place + ".to_name",
            "must name one of %d candidates, but was \"%s\""
                .formatted(shown.candidates().size(), objects),
            "name the object of the labelling interface as the field of the task");
      }
      return new Rating(about.getAsInt(), number.doubleValue());
    }

    private Opinion ranking(String place, Columns value) {
      SequencedMap<String, @Nullable Object> groups =
          value.map("ranker", "such as {\"rank\": [\"a\", \"b\"]}");
      groups.remove("_");
      if (groups.size() != 1) {
        throw new RowProblem(
            place + ".value.ranker",
            "has the buckets %s, and which of them is better isn't told".formatted(groups.keySet()),
            "rank with one list, without buckets");
      }
      Map.Entry<String, @Nullable Object> group = groups.firstEntry();
      String path = place + ".value.ranker." + group.getKey();
      List<List<Integer>> tiers = new ArrayList<>();
      for (Object item : Columns.list(path, group.getValue(), "ids of items, best first")) {
        int candidate = shown.required(path, item == null ? "null" : item);
        if (tiers.contains(List.of(candidate))) {
          throw new RowProblem(
              path, "ranks %s twice".formatted(PlainJson.shown(item)), "each item has one rank");
        }
        tiers.add(List.of(candidate));
      }
      if (tiers.size() < 2) {
        throw new RowProblem(
            path, "must rank two items or more, but ranked " + tiers.size(), "rank all of them");
      }
      return new Ranking(tiers);
    }

    private List<Opinion> correction(String place, String objects, String control, Columns value) {
      OptionalInt about = about(objects, control);
      if (!CORRECTS.matcher(control).matches() || about.isEmpty()) {
        return List.of();
      }
      Object text = value.take("text");
      Object last = text instanceof List<?> list && !list.isEmpty() ? list.getLast() : text;
      return List.of(new Correction(about.getAsInt(), Columns.text(place + ".value.text", last)));
    }

    private OptionalInt about(String objects, String control) {
      OptionalInt named = shown.named(objects);
      return named.isPresent() ? named : shown.askedBy(control);
    }

    private static @Nullable Instant time(String path, Columns one) {
      for (String field : List.of("updated_at", "created_at")) {
        if (one.has(field)) {
          return instant(path + "." + field, one.text(field));
        }
      }
      return null;
    }

    private static Instant instant(String path, String text) {
      try {
        return OffsetDateTime.parse(text).toInstant();
      } catch (DateTimeParseException e) {
        throw new RowProblem(
            path,
            "must be a time, but was " + PlainJson.shown(text),
            "such as 2026-01-02T03:04:05Z");
      }
    }
  }
}
