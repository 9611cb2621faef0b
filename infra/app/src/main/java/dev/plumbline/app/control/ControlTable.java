/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.control;

import dev.plumbline.alignment.WilsonInterval;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.function.ToDoubleFunction;

/**
 * Rows side by side, seeds together: one line per target and method, with 95 % intervals.
 *
 * @param rows that were run
 */
record ControlTable(List<ControlRow> rows) {
  private static final double Z = 1.959963984540054;

  ControlTable {
    rows = List.copyOf(rows);
  }

  /** The same method and target under several seeds. */
  record Cell(String method, String target, List<ControlRow> seeds) {
    double accuracy() {
      return (double) right() / texts();
    }

    WilsonInterval accuracyInterval() {
      return WilsonInterval.of(right(), texts());
    }

    /** The factor by which the perplexity may be off. */
    double perplexityFactor() {
      return Math.exp(Z * Math.sqrt(sum(ControlRow::squares)) / sum(ControlRow::tokens));
    }

    double perplexity() {
      return Math.exp(sum(ControlRow::negativeLogProb) / sum(ControlRow::tokens));
    }

    double mean(ToDoubleFunction<ControlRow> value) {
      return sum(value) / seeds.size();
    }

    private double sum(ToDoubleFunction<ControlRow> value) {
      return seeds.stream().mapToDouble(value).sum();
    }

    private long right() {
      return seeds.stream().mapToLong(ControlRow::right).sum();
    }

    private long texts() {
      return seeds.stream().mapToLong(ControlRow::texts).sum();
    }
  }

  /** Targets one after the other, methods in the order in which they were run. */
  List<Cell> cells() {
    SequencedMap<List<String>, List<ControlRow>> byKey = new LinkedHashMap<>();
    for (String target : ControlExperiment.TARGETS) {
      for (ControlRow row : rows) {
        if (row.target().equals(target)) {
          byKey.computeIfAbsent(List.of(target, row.method()), key -> new ArrayList<>()).add(row);
        }
      }
    }
    List<Cell> cells = new ArrayList<>();
    byKey.forEach((key, seeds) -> cells.add(new Cell(key.getLast(), key.getFirst(), seeds)));
    return cells;
  }

  /** The table in Markdown. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "| target | method | controller | accuracy | 95 % interval | perplexity | 95 % interval | distinct-1 | -2 | -3 | C(end) | updates | seeds |");
    lines.add("|---|---|---|--:|---|--:|---|--:|--:|--:|--:|--:|--:|");
    for (Cell cell : cells()) {
      WilsonInterval interval = cell.accuracyInterval();
      lines.add(
          String.format(
              Locale.ROOT,
              "| %s | `%s` | %s | %.3f | %.3f to %.3f | %.1f | %.1f to %.1f | %.3f | %.3f | %.3f | %.3f | %d | %d |",
              cell.target(),
              cell.method(),
              cell.seeds().getFirst().controller(),
              cell.accuracy(),
              interval.low(),
              interval.high(),
              cell.perplexity(),
              cell.perplexity() / cell.perplexityFactor(),
              cell.perplexity() * cell.perplexityFactor(),
              cell.mean(ControlRow::distinct1),
              cell.mean(ControlRow::distinct2),
              cell.mean(ControlRow::distinct3),
              cell.mean(ControlRow::attainment),
              cell.seeds().getFirst().updates(),
              cell.seeds().size()));
    }
    return lines;
  }
}
