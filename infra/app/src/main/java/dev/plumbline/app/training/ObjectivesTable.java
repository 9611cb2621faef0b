/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.training;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.alignment.LearningMetrics;
import dev.plumbline.alignment.WilsonInterval;
import dev.plumbline.base.runs.HtmlReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;

/** Runs of several objectives side by side: what each was before and is now on held-out pairs. */
final class ObjectivesTable {
  private static final List<String> COLUMNS =
      List.of("learning", "objective", "before", "now", "reward", "reward by seed");

  private record Run(int seed, Path folder, JsonNode metrics) {
    double value(String metric) {
      return metrics.path(LearningMetrics.EVAL + metric).asDouble(Double.NaN);
    }
  }

  private final SequencedMap<List<String>, List<Run>> runs = new LinkedHashMap<>();
  private final List<String> failures = new ArrayList<>();

  /**
   * Takes the results of a run.
   *
   * @param metrics of its last evaluation
   */
  void add(String tuning, String objective, int seed, Path folder, JsonNode metrics) {
    runs.computeIfAbsent(List.of(tuning, objective), key -> new ArrayList<>())
        .add(new Run(seed, folder, metrics));
    metrics
        .properties()
        .forEach(
            metric -> {
              if (!Double.isFinite(metric.getValue().asDouble(Double.NaN))) {
                failures.add(
                    "%s: %s is %s".formatted(folder, metric.getKey(), metric.getValue().asText()));
              }
            });
    if (metrics.isEmpty()) {
      failures.add("%s: nothing was measured".formatted(folder));
    }
  }

  /** What is no finite number, by run. */
  List<String> failures() {
    return List.copyOf(failures);
  }

  /** The table in Markdown. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("| " + String.join(" | ", COLUMNS) + " |");
    lines.add("|---|---|---|---|---|---|");
    cells().forEach(row -> lines.add("| " + String.join(" | ", row) + " |"));
    return lines;
  }

  private List<List<String>> cells() {
    List<List<String>> rows = new ArrayList<>();
    runs.forEach(
        (key, of) ->
            rows.add(
                List.of(
                    key.getFirst(),
                    key.getLast(),
                    interval(of, before(of)),
                    interval(of, mean(of, "logps/accuracies")),
                    interval(of, mean(of, "rewards/accuracies")),
                    bySeed(of))));
    return rows;
  }

  /** The reference's accuracy is that of the base; objectives without one are not asked for it. */
  private double before(List<Run> of) {
    double own = mean(of, "ref_logps/accuracies");
    return Double.isNaN(own)
        ? runs.values().stream()
            .mapToDouble(others -> mean(others, "ref_logps/accuracies"))
            .filter(Double::isFinite)
            .findFirst()
            .orElse(Double.NaN)
        : own;
  }

  private static double mean(List<Run> of, String metric) {
    return of.stream().mapToDouble(run -> run.value(metric)).average().orElse(Double.NaN);
  }

  /** The mean over seeds, in the 95 % interval that the number of held-out pairs gives it. */
  private static String interval(List<Run> of, double share) {
    long pairs = Math.round(of.getFirst().value("decided"));
    if (!Double.isFinite(share)) {
      return "-";
    }
    WilsonInterval interval = WilsonInterval.of(Math.round(share * pairs), pairs);
    return String.format(
        Locale.ROOT, "%.3f (%.3f to %.3f)", share, interval.low(), interval.high());
  }

  private static String bySeed(List<Run> of) {
    List<String> values = new ArrayList<>();
    for (Run run : of) {
      values.add(String.format(Locale.ROOT, "%.3f", run.value("rewards/accuracies")));
    }
    return String.join(", ", values);
  }

  /** Writes the table and a page that leads to each run's own. */
  void write(Path folder) {
    try {
      Files.createDirectories(folder);
      Files.write(folder.resolve("table.md"), lines());
      Files.writeString(folder.resolve("index.html"), page(folder));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the table can't be written to " + folder + ": " + e.getMessage(), e);
    }
  }

  private String page(Path folder) {
    StringBuilder rows = new StringBuilder();
    List<List<String>> cells = cells();
    int row = 0;
    for (Map.Entry<List<String>, List<Run>> of : runs.entrySet()) {
      rows.append("<tr>");
      cells.get(row++).forEach(cell -> rows.append("<td>").append(cell).append("</td>"));
      rows.append("<td>");
      for (Run run : of.getValue()) {
        rows.append(
            "<a href=\"%s/%s\">%d</a> "
                .formatted(folder.relativize(run.folder()), HtmlReport.FILE, run.seed()));
      }
      rows.append("</td></tr>\n");
    }
    StringBuilder head = new StringBuilder();
    COLUMNS.forEach(column -> head.append("<th>").append(column).append("</th>"));
    return """
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Objectives side by side</title>
        <style>
        body { font-family: sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
        th, td { text-align: left; padding: .3rem .8rem; border-bottom: 1px solid #ddd; }
        </style>
        <h1>Objectives side by side</h1>
        <p>Accuracy on held-out pairs with 95 %% intervals (Wilson): of the bare log-probabilities before and
        now, and of the objective's reward.</p>
        <table><thead><tr>%s<th>reports by seed</th></tr></thead><tbody>
        %s</tbody></table>
        </html>
        """
        .formatted(head, rows);
  }
}
