/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Langfuse's traces or observations, each with its scores of another file. The scores are kept in
 * memory, the texts are not. What nobody scored is passed over; a score whose text never comes is a
 * problem behind the last row. Used by one thread.
 */
final class LangfuseJoin implements RowSource {
  private final RowSource texts;
  private final String scoresFile;
  private final Map<String, List<Object>> scores = new LinkedHashMap<>();
  private final Deque<RawRow> problems = new ArrayDeque<>();
  private int line;
  private boolean atEnd;

  private LangfuseJoin(RowSource texts, Path scoresFile) {
    this.texts = texts;
    this.scoresFile = scoresFile.getFileName().toString();
  }

  static LangfuseJoin open(RowSource texts, Path scoresFile, RowSource scores) {
    var join = new LangfuseJoin(texts, scoresFile);
    for (Optional<RawRow> row = scores.next(); row.isPresent(); row = scores.next()) {
      join.add(row.get());
    }
    return join;
  }

  @Override
  public Optional<RawRow> next() {
    while (!atEnd) {
      Optional<RawRow> row = texts.next();
      if (row.isEmpty()) {
        atEnd = true;
        scores.keySet().forEach(this::missed);
      } else {
        line = row.get().line();
        @Nullable Map<String, @Nullable Object> columns = row.get().columns();
        if (columns == null) {
          return row;
        }
        @Nullable List<Object> said = scores.remove(String.valueOf(columns.get("id")));
        if (said != null) {
          SequencedMap<String, @Nullable Object> joined = new LinkedHashMap<>(columns);
          joined.put("scores", said);
          return Optional.of(new RawRow(line, joined, null));
        }
      }
    }
    return Optional.ofNullable(problems.poll());
  }

  @Override
  public void close() {
    texts.close();
  }

  private void add(RawRow row) {
    if (row.columns() == null) {
      problem(row.line(), String.valueOf(row.problem() == null ? "" : row.problem().getMessage()));
      return;
    }
    for (String field : List.of("observationId", "observation_id", "traceId", "trace_id")) {
      if (row.columns().get(field) instanceof String target && !target.isBlank()) {
        scores.computeIfAbsent(target, unused -> new ArrayList<>()).add(row.columns());
        return;
      }
    }
    problem(row.line(), "the score names no observation and no trace");
  }

  private void missed(String target) {
    problems.add(
        unusable("scores of %s in %s".formatted(target, scoresFile), "have no text in this file"));
  }

  private void problem(int scoreLine, String what) {
    problems.add(unusable("%s:%d".formatted(scoresFile, scoreLine), what));
  }

  private RawRow unusable(String field, String problem) {
    return new RawRow(
        Math.max(line, 1),
        null,
        new RowProblem(
            field, problem, "a score names an observation or a trace of the other file"));
  }
}
