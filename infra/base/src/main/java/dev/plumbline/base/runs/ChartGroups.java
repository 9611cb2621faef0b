/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.runs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which scalars share a chart and which charts share a heading: a scalar and its held-out twin are
 * one chart, so are chosen and rejected of one quantity, so are an interval's ends and its middle.
 */
final class ChartGroups {

  private static final List<String> HELD_OUT_TOO = List.of("", RunHistory.EVAL);
  private static final List<String> FIRST =
      List.of("Optimization", "Rewards", "Reward against KL", "KL", "Log-probabilities");

  private ChartGroups() {}

  /** Headings in the order of reading, each with its charts. */
  static Map<String, List<Chart>> of(RunHistory history) {
    Map<String, Map<String, List<Curve>>> titles = new LinkedHashMap<>();
    for (Curve curve : history.curves().values()) {
      titles
          .computeIfAbsent(heading(twin(curve.name())), heading -> new LinkedHashMap<>())
          .computeIfAbsent(title(twin(curve.name())), title -> new ArrayList<>())
          .add(curve);
    }
    Map<String, List<Chart>> groups = new TreeMap<>(ChartGroups::inOrderOfReading);
    titles.forEach(
        (heading, charts) ->
            groups.put(
                heading,
                charts.entrySet().stream()
                    .map(chart -> new Chart(chart.getKey(), Chart.STEP, chart.getValue()))
                    .toList()));
    List<Chart> frontier = rewardAgainstKl(history);
    if (!frontier.isEmpty()) {
      groups.put("Reward against KL", frontier);
    }
    return groups;
  }

  private static List<Chart> rewardAgainstKl(RunHistory history) {
    List<String> divergences =
        history.curves().keySet().stream()
            .map(ChartGroups::twin)
            .filter(name -> heading(name).equals("KL") && !name.endsWith("/margin"))
            .distinct()
            .toList();
    String reward =
        HELD_OUT_TOO.stream()
                .anyMatch(split -> history.curves().containsKey(split + "rewards/margins"))
            ? "rewards/margins"
            : "rewards/chosen";
    List<Chart> charts = new ArrayList<>();
    for (String divergence : divergences) {
      List<Curve> curves =
          HELD_OUT_TOO.stream()
              .flatMap(split -> history.against(split + reward, split + divergence).stream())
              .toList();
      if (!curves.isEmpty()) {
        charts.add(new Chart("%s over %s".formatted(reward, divergence), divergence, curves));
      }
    }
    return charts;
  }

  /** The name without the mark of held-out data. */
  static String twin(String name) {
    return name.startsWith(RunHistory.EVAL) ? name.substring(RunHistory.EVAL.length()) : name;
  }

  private static String title(String name) {
    return name.replaceFirst("/(chosen|rejected)$", ": chosen and rejected")
        .replaceFirst("_(low|high)$", "");
  }

  private static String heading(String name) {
    int slash = name.indexOf('/');
    String prefix = slash < 0 ? name : name.substring(0, slash);
    return switch (prefix) {
      case "rewards" -> "Rewards";
      case "kl" -> "KL";
      case "logps" -> "Log-probabilities";
      case "loss", "grad_norm", "learning_rate" -> "Optimization";
      default -> slash < 0 ? "Others" : prefix;
    };
  }

  private static int inOrderOfReading(String one, String other) {
    int byRank = Integer.compare(rank(one), rank(other));
    return byRank != 0 ? byRank : one.compareTo(other);
  }

  private static int rank(String heading) {
    if (heading.equals("Others")) {
      return Integer.MAX_VALUE;
    }
    int rank = FIRST.indexOf(heading);
    return rank < 0 ? FIRST.size() : rank;
  }
}
