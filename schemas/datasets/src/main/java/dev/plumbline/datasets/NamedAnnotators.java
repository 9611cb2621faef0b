/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import static dev.plumbline.datasets.DatasetFormat.NAMED_ANNOTATORS;

import dev.plumbline.datasets.Row.Votes;
import dev.plumbline.events.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * PandaLM's layout: {@code instruction}, {@code input}, {@code response1}, {@code response2}, and
 * {@code annotator1} to {@code annotatorN} with 0 for a tie, else the number of the better
 * response. Instruction and input are one prompt, a blank line between them; the input stays an
 * extra column. Numbers and booleans, which PandaLM makes of short responses, are texts.
 */
final class NamedAnnotators implements Layout {
  private static final String INPUT = "input";

  @Override
  public List<String> fields() {
    return List.of("instruction", INPUT, "response1", "response2", "annotator1");
  }

  @Override
  public Row read(Columns row) {
    String instruction = row.text("instruction");
    String input = row.textOrEmpty(INPUT);
    if (!input.isBlank()) {
      row.keep(INPUT, input);
    }
    return new Votes(
        input.isBlank() ? instruction : instruction + "\n\n" + input,
        response(row, "response1"),
        response(row, "response2"),
        answers(row),
        row.rest(null));
  }

  @Override
  public SequencedMap<String, @Nullable Object> write(Row row) {
    if (!(row instanceof Votes votes)) {
      throw Held.refused(NAMED_ANNOTATORS, row);
    }
    Held.noTools(NAMED_ANNOTATORS, votes.extras());
    String input = votes.extras().columns().get(INPUT) instanceof String kept ? kept : "";
    boolean parted = !input.isBlank() && votes.prompt().endsWith("\n\n" + input);
    WrittenRow written =
        new WrittenRow()
            .with(
                "instruction",
                parted
                    ? votes.prompt().substring(0, votes.prompt().length() - input.length() - 2)
                    : votes.prompt())
            .with(INPUT, parted ? input : "")
            .with("response1", votes.candidateA())
            .with("response2", votes.candidateB());
    for (int i = 0; i < votes.answers().size(); i++) {
      written.with("annotator" + (i + 1), number("annotator" + (i + 1), votes.answers().get(i)));
    }
    return written.and(NAMED_ANNOTATORS, parted ? votes.extras().without(INPUT) : votes.extras());
  }

  private static String response(Columns row, String field) {
    Object value = row.take(field);
    return value instanceof Number || value instanceof Boolean
        ? value.toString()
        : Columns.text(field, value);
  }

  private static List<Answer> answers(Columns row) {
    List<Answer> answers = new ArrayList<>();
    for (int number = 1; number == 1 || row.has("annotator" + number); number++) {
      String field = "annotator" + number;
      answers.add(answer(field, row.take(field)));
    }
    return answers;
  }

  private static Answer answer(String field, Object value) {
    if (value.equals(0L)) {
      return Answer.TIE;
    }
    if (value.equals(1L)) {
      return Answer.A;
    }
    if (value.equals(2L)) {
      return Answer.B;
    }
    throw new RowProblem(
        field,
        "must be 0 (tie), 1 or 2 (the better response), but was " + PlainJson.shown(value),
        "one number for each annotator");
  }

  private static long number(String field, Answer answer) {
    return switch (answer) {
      case TIE -> 0;
      case A -> 1;
      case B -> 2;
      case BOTH_BAD, CANT_TELL ->
          throw new RowProblem(
              field, "named-annotators can't hold " + answer, "it holds ties and preferences");
    };
  }
}
