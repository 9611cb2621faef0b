/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.history;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.streams.history.Finding;
import dev.plumbline.streams.history.HistoryReport;
import dev.plumbline.streams.history.Promise;
import dev.plumbline.streams.history.Tainted;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/** A report of the history for people and for programs. */
public final class HistoryText {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SHOWN = 20;

  private HistoryText() {}

  /**
   * Returns the report in lines.
   *
   * @param withArtifacts whether artifacts could be looked at
   */
  public static String of(HistoryReport report, boolean withArtifacts) {
    List<String> lines = new ArrayList<>();
    lines.add("looked at, up to now:");
    report.counts().forEach((what, count) -> lines.add("  %-28s %10d".formatted(what, count)));
    lines.add("final view of examples %.16s".formatted(report.viewHash()));
    for (Promise promise : Promise.values()) {
      long broken =
          report.findings().stream().filter(finding -> finding.promise() == promise).count();
      lines.add("%s %s".formatted(promise, state(promise, broken, withArtifacts)));
    }
    report.findings().stream().limit(SHOWN).forEach(finding -> lines.add("  " + finding));
    if (report.broken() > SHOWN) {
      lines.add("  and %d more; --json lists them".formatted(report.broken() - SHOWN));
    }
    for (Tainted tainted : report.tainted()) {
      lines.add(
          "%s learned %s from what was taken back: %s"
              .formatted(tainted.version(), way(tainted), tainted.events()));
    }
    return String.join(System.lineSeparator(), lines);
  }

  private static String state(Promise promise, long broken, boolean withArtifacts) {
    if (broken > 0) {
      return "broken %d times".formatted(broken);
    }
    return promise == Promise.I6 && !withArtifacts
        ? "not looked at: there is no artifact store here"
        : "holds";
  }

  /** Returns the report as one line of JSON. */
  public static String json(HistoryReport report) {
    ObjectNode root = JSON.createObjectNode();
    root.put("holds", report.holds()).put("broken", report.broken());
    root.put("view", report.viewHash());
    ArrayNode findings = root.putArray("findings");
    for (Finding finding : report.findings()) {
      findings
          .addObject()
          .put("promise", finding.promise().name())
          .put("place", finding.place())
          .put("id", finding.id())
          .put("problem", finding.problem());
    }
    ObjectNode counts = root.putObject("counts");
    report.counts().forEach(counts::put);
    ArrayNode versions = root.putArray("tainted");
    for (Tainted tainted : report.tainted()) {
      ObjectNode version = versions.addObject();
      version.put("version", tainted.version().toString()).put("way", way(tainted));
      tainted.events().forEach(version.putArray("events")::add);
    }
    ObjectNode upTo = root.putObject("up_to");
    TreeMap<String, Long> ends = new TreeMap<>();
    report.upTo().ends().forEach((TopicPartition log, Long end) -> ends.put(log.toString(), end));
    ends.forEach(upTo::put);
    return root.toString();
  }

  private static String way(Tainted tainted) {
    return tainted.way().name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
