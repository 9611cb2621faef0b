/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.rewards;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.alignment.WilsonInterval;
import dev.plumbline.reward.PairEvaluation;
import dev.plumbline.reward.RewardPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Scorers side by side on the same pairs: all of them, those whose better completion is the longer,
 * those whose better one is the shorter, and each value of a column.
 *
 * @param pairs that were scored
 * @param groups value of a column per pair; null where no column was asked for
 * @param scorers that scored them
 */
record RewardReport(List<RewardPair> pairs, @Nullable List<String> groups, List<Scorer> scorers) {
  private static final ObjectMapper JSON = new ObjectMapper();

  RewardReport {
    pairs = List.copyOf(pairs);
    groups = groups == null ? null : List.copyOf(groups);
    scorers = List.copyOf(scorers);
  }

  /** Pairs by what they have in common, all of them first. */
  private Map<String, List<Integer>> parts() {
    Map<String, List<Integer>> parts = new TreeMap<>();
    parts.put(" all", IntStream.range(0, pairs.size()).boxed().toList());
    for (int i = 0; i < pairs.size(); i++) {
      RewardPair pair = pairs.get(i);
      int better = (pair.belief() >= 0.5 ? pair.a() : pair.b()).completionTokens();
      int worse = (pair.belief() >= 0.5 ? pair.b() : pair.a()).completionTokens();
      if (better != worse) {
        String which = better > worse ? " better is longer" : " better is shorter";
        parts.computeIfAbsent(which, key -> new ArrayList<>()).add(i);
      }
      if (groups != null) {
        parts.computeIfAbsent(groups.get(i), key -> new ArrayList<>()).add(i);
      }
    }
    return parts;
  }

  /** The table in Markdown. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("| pairs | scorer | accuracy | 95 % interval | log-loss | calibration error |");
    lines.add("|---|---|---|---|---|---|");
    parts()
        .forEach(
            (part, indices) -> {
              for (Scorer scorer : scorers) {
                lines.add(row(part.strip(), scorer, scorer.at(indices).evaluation()));
              }
            });
    return lines;
  }

  private static String row(String part, Scorer scorer, PairEvaluation evaluation) {
    WilsonInterval interval = Scorer.interval(evaluation);
    return String.format(
        Locale.ROOT,
        "| %s, %d | %s | %.3f | %.3f to %.3f | %s |",
        part,
        evaluation.decided(),
        scorer.name(),
        evaluation.accuracy(),
        interval.low(),
        interval.high(),
        switch (scorer.scale()) {
          case LOG_ODDS ->
              String.format(
                  Locale.ROOT, "%.3f | %.3f", evaluation.logLoss(), evaluation.calibrationError());
          case ORDER -> "- | -";
        });
  }

  /** One line of JSON per row of the table. */
  List<String> json() {
    List<String> lines = new ArrayList<>();
    parts()
        .forEach(
            (part, indices) -> {
              for (Scorer scorer : scorers) {
                lines.add(node(part.strip(), scorer, scorer.at(indices).evaluation()).toString());
              }
            });
    return lines;
  }

  private static ObjectNode node(String part, Scorer scorer, PairEvaluation evaluation) {
    WilsonInterval interval = Scorer.interval(evaluation);
    ObjectNode node =
        JSON.createObjectNode()
            .put("pairs", part)
            .put("scorer", scorer.name())
            .put("decided", evaluation.decided())
            .put("right", evaluation.right())
            .put("equal", evaluation.equal())
            .put("accuracy", evaluation.accuracy())
            .put("accuracy_low", interval.low())
            .put("accuracy_high", interval.high());
    return switch (scorer.scale()) {
      case LOG_ODDS ->
          node.put("log_loss", evaluation.logLoss())
              .put("calibration_error", evaluation.calibrationError())
              .put("mean_lead", evaluation.meanLead());
      case ORDER -> node;
    };
  }
}
