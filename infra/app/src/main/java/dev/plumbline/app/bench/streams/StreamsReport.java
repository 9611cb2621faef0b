/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.bench.streams;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.streams.TopologyStage;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Measurements as tables in Markdown, which read as text too, or as JSON lines. */
final class StreamsReport {
  private static final String WHOLE_NUMBERS = "%,.0f";
  private static final Variant COPY = Variant.exactlyOnce(TopologyStage.COPY);
  private static final Variant WHOLE = Variant.exactlyOnce(TopologyStage.EMIT);

  private final StreamsBenchmark.Plan plan;
  private final Measurements measured;
  private final Profile profile;

  StreamsReport(StreamsBenchmark.Plan plan, Measurements measured, Profile profile) {
    this.plan = plan;
    this.measured = measured;
    this.profile = profile;
  }

  void printTables(PrintWriter out) {
    out.println("| up to | votes/s | of the copy | CPU µs/vote | broker's CPU µs/vote |");
    out.println("|---|---|---|---|---|");
    for (Variant variant : plan.variants()) {
      out.printf(
          "| %s | %s | %s | %s | %s |%n",
          variant.label(),
          measured.speed(variant, StageRun.Speed::votesPerSecond).text(WHOLE_NUMBERS),
          measured.ratio(variant, COPY).text("%.2f"),
          measured.speed(variant, StageRun.Speed::microsHere).text(WHOLE_NUMBERS),
          measured.speed(variant, StageRun.Speed::microsOfBroker).text(WHOLE_NUMBERS));
    }
    out.println();
    out.printf(
        "Exactly once over at least once: the whole topology %s, the copy %s.%n",
        measured.ratio(WHOLE, Variant.atLeastOnce(TopologyStage.EMIT)).text("%.2f"),
        measured.ratio(COPY, Variant.atLeastOnce(TopologyStage.COPY)).text("%.2f"));
    out.println();
    out.println(
        "| from acknowledged vote to example, 1,000 votes/s | median ms | 99 % ms | longest ms |");
    out.println("|---|---|---|---|");
    for (Variant variant : plan.timedVariants()) {
      out.printf(
          "| commits every %d ms | %s | %s | %s |%n",
          variant.commitInterval().toMillis(),
          measured.delay(variant, Measurements.Delay::median).text(WHOLE_NUMBERS),
          measured.delay(variant, Measurements.Delay::ninetyNinth).text(WHOLE_NUMBERS),
          measured.delay(variant, Measurements.Delay::longest).text(WHOLE_NUMBERS));
    }
    out.println();
    out.printf(
        "Restoring all stores took %s s for %s records; changelogs hold %s bytes per item.%n",
        measured.restoring(Measurements.Restoring::seconds).text("%.1f"),
        measured.restoring(Measurements.Restoring::records).text(WHOLE_NUMBERS),
        measured.restoring(Measurements.Restoring::bytesPerItem).text(WHOLE_NUMBERS));
    out.println();
    printShares(out, "part of the whole topology", profile.parts());
    out.println();
    printShares(out, "method on top", profile.frames());
    out.printf("%n%d samples of stream threads at work.%n", profile.samples());
  }

  private static void printShares(PrintWriter out, String title, List<Profile.Share> shares) {
    out.printf("| %s | of its time |%n|---|---|%n", title);
    for (Profile.Share share : shares) {
      out.printf(Locale.ROOT, "| %s | %.1f %% |%n", share.what(), 100 * share.share());
    }
  }

  void printJson(PrintWriter out) {
    for (Variant variant : plan.variants()) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("stage", variant.key());
      line.put("processing_guarantee", variant.guarantee());
      line.put("commit_interval_ms", variant.commitInterval().toMillis());
      line.put("votes_per_second", measured.speed(variant, StageRun.Speed::votesPerSecond));
      line.put("of_copy", measured.ratio(variant, COPY));
      line.put("cpu_us_per_vote", measured.speed(variant, StageRun.Speed::microsHere));
      line.put("broker_cpu_us_per_vote", measured.speed(variant, StageRun.Speed::microsOfBroker));
      if (plan.timedVariants().contains(variant)) {
        line.put("delay_ms_p50", measured.delay(variant, Measurements.Delay::median));
        line.put("delay_ms_p99", measured.delay(variant, Measurements.Delay::ninetyNinth));
      }
      print(out, line);
    }
    print(
        out,
        Map.of(
            "exactly_over_at_least_once",
            measured.ratio(WHOLE, Variant.atLeastOnce(TopologyStage.EMIT)),
            "restore_seconds",
            measured.restoring(Measurements.Restoring::seconds),
            "restored_records",
            measured.restoring(Measurements.Restoring::records),
            "changelog_bytes_per_item",
            measured.restoring(Measurements.Restoring::bytesPerItem),
            "profile",
            profile));
  }

  private static void print(PrintWriter out, Map<String, Object> line) {
    try {
      out.println(new ObjectMapper().writeValueAsString(line));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
