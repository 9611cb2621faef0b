/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.trust;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.app.models.InputException;
import dev.plumbline.judgement.agreement.Kappa;
import dev.plumbline.judgement.agreement.Krippendorff;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/** How far annotators of real sets agree beyond chance. */
final class AgreementTable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PANDALM_ANNOTATORS = 3;
  private static final int LEAST_SEVERITY = -3;
  private static final int SEVERITIES = 5;

  private AgreementTable() {}

  /** The table in Markdown, of {@code pandalm} and {@code convabuse} in {@code data}. */
  static List<String> lines(Path data) {
    List<String> lines = new ArrayList<>();
    lines.add("| set | items | alpha, nominal | ordinal | interval | kappa |");
    lines.add("|---|--:|--:|--:|--:|---|");
    lines.add(pandalm(read(data.resolve("pandalm/pairs.jsonl.gz"))));
    lines.add(convabuse(read(data.resolve("convabuse/ratings.jsonl.gz"))));
    return lines;
  }

  /** Response 1 is better, tie, response 2 is better: an order. */
  private static String pandalm(List<JsonNode> rows) {
    List<int[]> units = new ArrayList<>();
    List<int[]> counts = new ArrayList<>();
    long[][][] pairs = new long[PANDALM_ANNOTATORS][3][3];
    for (JsonNode row : rows) {
      int[] unit = new int[PANDALM_ANNOTATORS];
      int[] count = new int[3];
      for (int a = 0; a < unit.length; a++) {
        unit[a] =
            switch (row.get("annotator" + (a + 1)).asInt()) {
              case 1 -> 0;
              case 2 -> 2;
              default -> 1;
            };
        count[unit[a]]++;
      }
      for (int a = 0; a < unit.length; a++) {
        pairs[a][unit[a]][unit[(a + 1) % unit.length]]++;
      }
      units.add(unit);
      counts.add(count);
    }
    return row(
        "pandalm",
        3,
        units,
        String.format(
            Locale.ROOT,
            "Fleiss %.3f; Cohen 1-2 %.3f, 2-3 %.3f, 3-1 %.3f",
            Kappa.fleiss(counts),
            Kappa.cohen(pairs[0]),
            Kappa.cohen(pairs[1]),
            Kappa.cohen(pairs[2])));
  }

  /** Severity from -3 to 1; of ratings by one annotator of one example the first counts. */
  private static String convabuse(List<JsonNode> rows) {
    Map<String, Map<String, Integer>> byExample = new TreeMap<>();
    for (JsonNode row : rows) {
      byExample
          .computeIfAbsent(row.get("example").asText(), example -> new TreeMap<>())
          .putIfAbsent(row.get("annotator").asText(), row.get("severity").asInt() - LEAST_SEVERITY);
    }
    List<int[]> units =
        byExample.values().stream()
            .map(unit -> unit.values().stream().mapToInt(Integer::intValue).toArray())
            .toList();
    List<int[]> threes = new ArrayList<>();
    for (int[] unit : units) {
      if (unit.length == PANDALM_ANNOTATORS) {
        int[] count = new int[SEVERITIES];
        for (int value : unit) {
          count[value]++;
        }
        threes.add(count);
      }
    }
    return row(
        "convabuse",
        SEVERITIES,
        units,
        String.format(
            Locale.ROOT, "Fleiss %.3f (%d with three)", Kappa.fleiss(threes), threes.size()));
  }

  private static String row(String name, int values, List<int[]> units, String kappa) {
    List<int[]> shared = units.stream().filter(unit -> unit.length > 1).toList();
    return String.format(
        Locale.ROOT,
        "| %s | %d | %.3f | %.3f | %.3f | %s |",
        name,
        shared.size(),
        Krippendorff.NOMINAL.alpha(values, shared),
        Krippendorff.ORDINAL.alpha(values, shared),
        Krippendorff.INTERVAL.alpha(values, shared),
        kappa);
  }

  private static List<JsonNode> read(Path file) {
    InputException.requireFile("--data", file);
    List<JsonNode> rows = new ArrayList<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      String line;
      while ((line = reader.readLine()) != null) {
        rows.add(JSON.readTree(line));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(file + " can't be read: " + e.getMessage(), e);
    }
    return rows;
  }
}
