/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import static dev.plumbline.datasets.DatasetFormat.TRL_STEPWISE;

import dev.plumbline.datasets.Row.Steps;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** TRL's stepwise supervision type: {@code prompt}, {@code completions}, {@code labels}. */
final class TrlStepwise implements Layout {
  @Override
  public List<String> fields() {
    return List.of("prompt", "completions", "labels");
  }

  @Override
  public Row read(Columns row) {
    String prompt = row.text("prompt");
    List<String> completions = new ArrayList<>();
    for (Object step : row.list("completions", "a list of texts, one for each step")) {
      completions.add(Columns.text("completions[" + completions.size() + "]", step));
    }
    List<Boolean> labels = new ArrayList<>();
    for (Object label : row.list("labels", "a list of true and false, one for each step")) {
      if (!(label instanceof Boolean right)) {
        throw new RowProblem(
            "labels[" + labels.size() + "]",
            "must be true or false, but was " + PlainJson.shown(label),
            "true for a step that is right, without quotes");
      }
      labels.add(right);
    }
    if (labels.size() != completions.size()) {
      throw new RowProblem(
          "labels",
          "must be as many as completions (%d), but were %d"
              .formatted(completions.size(), labels.size()),
          "each step has one label");
    }
    return new Steps(prompt, completions, labels, row.rest(null));
  }

  @Override
  public SequencedMap<String, @Nullable Object> write(Row row) {
    if (!(row instanceof Steps steps)) {
      throw Held.refused(TRL_STEPWISE, row);
    }
    Held.noTools(TRL_STEPWISE, steps.extras());
    return new WrittenRow()
        .with("prompt", steps.prompt())
        .with("completions", steps.completions())
        .with("labels", steps.labels())
        .and(TRL_STEPWISE, steps.extras());
  }
}
