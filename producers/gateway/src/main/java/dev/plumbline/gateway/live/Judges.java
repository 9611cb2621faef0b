/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway.live;

import dev.plumbline.events.Annotator;
import dev.plumbline.events.AnnotatorKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The judges: what the topics tell of each, and what those of this process say of themselves. Keeps
 * a bounded number in mind; who was heard first goes first. Owned by {@link LiveView}.
 */
final class Judges {
  private static final int KEPT = 200;

  private final Map<String, Written> written = new LinkedHashMap<>();
  private final List<Supplier<JudgeReport>> reports = new ArrayList<>();

  private record Written(AnnotatorKind kind, long records, Instant newest) {}

  /**
   * A judge in a line.
   *
   * @param id its annotator id
   * @param kind what it is, in a word
   * @param report what it says of itself; absent for one of another process
   * @param written rewards and feedback of it that were seen
   * @param writtenAt the newest of them
   */
  record Line(
      String id,
      String kind,
      @Nullable JudgeReport report,
      long written,
      @Nullable Instant writtenAt) {}

  void watch(Supplier<JudgeReport> report) {
    reports.add(report);
  }

  /** A reward or feedback was written; people and simulations are no judges. */
  void wrote(Annotator annotator, Instant at) {
    if (annotator.kind() == AnnotatorKind.HUMAN || annotator.simulated()) {
      return;
    }
    written.merge(
        annotator.id(),
        new Written(annotator.kind(), 1, at),
        (before, now) ->
            new Written(
                now.kind(),
                before.records() + 1,
                now.newest().isAfter(before.newest()) ? now.newest() : before.newest()));
    if (written.size() > KEPT) {
      written.remove(written.keySet().iterator().next());
    }
  }

  /** All of them, by id. */
  List<Line> lines() {
    Map<String, Line> lines = new TreeMap<>();
    written.forEach(
        (id, seen) ->
            lines.put(
                id,
                new Line(
                    id,
                    seen.kind().name().toLowerCase(Locale.ROOT),
                    null,
                    seen.records(),
                    seen.newest())));
    for (Supplier<JudgeReport> each : reports) {
      JudgeReport report = each.get();
      Line seen = lines.get(report.id());
      lines.put(
          report.id(),
          new Line(
              report.id(),
              report.kind(),
              report,
              seen == null ? 0 : seen.written(),
              seen == null ? null : seen.writtenAt()));
    }
    return List.copyOf(lines.values());
  }
}
