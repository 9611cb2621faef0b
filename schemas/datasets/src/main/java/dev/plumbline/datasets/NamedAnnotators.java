/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.events.AnnotatorKind;
import dev.plumbline.events.Answer;
import java.util.ArrayList;
import java.util.List;

/**
 * PandaLM's layout: {@code instruction}, {@code input}, {@code response1}, {@code response2}, and
 * {@code annotator1} to {@code annotatorN} with 0 for a tie, else the number of the better
 * response.
 */
final class NamedAnnotators implements RowLayout {
  @Override
  public Content read(JsonNode row, String dataset) {
    String instruction = Fields.text("", row, "instruction");
    String input = row.hasNonNull("input") ? Fields.text("", row, "input") : "";
    return new Content(
        input.isBlank() ? instruction : instruction + "\n\n" + input,
        Fields.text("", row, "response1"),
        Fields.text("", row, "response2"),
        votes(row, dataset));
  }

  private static List<Vote> votes(JsonNode row, String dataset) {
    List<Vote> votes = new ArrayList<>();
    for (int number = 1; number == 1 || row.has("annotator" + number); number++) {
      String field = "annotator" + number;
      votes.add(
          new Vote(
              dataset + "-" + field,
              AnnotatorKind.HUMAN,
              answer(field, Fields.required("", row, field))));
    }
    return votes;
  }

  private static Answer answer(String field, JsonNode value) {
    // -1 stands for everything that is no whole number.
    return switch (value.canConvertToInt() && value.isIntegralNumber() ? value.intValue() : -1) {
      case 0 -> Answer.TIE;
      case 1 -> Answer.A;
      case 2 -> Answer.B;
      default ->
          throw new RowProblem(
              "%s must be 0 (tie), 1 or 2 (the better response), but was %s"
                  .formatted(field, Fields.shown(value)));
    };
  }
}
