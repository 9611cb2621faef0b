/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.experiments;

import static dev.plumbline.app.experiments.RldafMethod.REFERENCE_REWARD;
import static dev.plumbline.app.experiments.RldafMethod.RLDAF;
import static dev.plumbline.app.experiments.RldafMethod.WITHOUT_FLUENCY;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** Means over worlds, one line per method, and what the criteria read, one line per world. */
final class RldafTable {
  private RldafTable() {}

  /** Lines of two tables in Markdown, readable as they are. */
  static List<String> lines(List<RldafSeed> seeds) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "| %-21s | %8s | %10s | %10s | %9s |"
            .formatted("mean", "accuracy", "perplexity", "distinct-3", "C(end)"));
    lines.add("|-----------------------|---------:|-----------:|-----------:|----------:|");
    lines.add(meanLine("frozen policy", seeds, RldafSeed::start));
    for (double lambda : seeds.getFirst().controlAlone().tailMap(1.0).keySet()) {
      lines.add(
          meanLine(
              String.format(Locale.ROOT, "control alone, %2.0f", lambda),
              seeds,
              seed -> seed.controlAlone(lambda)));
    }
    for (RldafMethod method : RldafMethod.values()) {
      lines.add(meanLine(method.title(), seeds, seed -> seed.learnt(method)));
    }
    lines.add("");
    lines.add(
        "| %4s | %12s | %5s | %16s | %11s | %10s | %10s | %13s |"
            .formatted(
                "seed",
                "control at 1",
                "RLDAF",
                "RLDAF perplexity",
                "control's",
                "distinct-3",
                "no fluency",
                "+ log pi_ref"));
    lines.add(
        "|-----:|-------------:|------:|-----------------:|------------:|-----------:|-----------:|--------------:|");
    for (RldafSeed seed : seeds) {
      lines.add(
          String.format(
              Locale.ROOT,
              "| %4d | %12.3f | %5.3f | %16.2f | %11s | %10.2f | %10.2f | %13.2f |",
              seed.seed(),
              seed.controlAlone(RldafCriteria.LAMBDA).accuracy(),
              seed.learnt(RLDAF).accuracy(),
              seed.learnt(RLDAF).perplexity(),
              atEqualAccuracy(seed),
              relativeDistinct(seed, RLDAF),
              relativeDistinct(seed, WITHOUT_FLUENCY),
              relativeDistinct(seed, REFERENCE_REWARD)));
    }
    return lines;
  }

  private static String meanLine(
      String title, List<RldafSeed> seeds, Function<RldafSeed, RldafPoint> point) {
    return String.format(
        Locale.ROOT,
        "| %-21s | %8.3f | %10.2f | %10.3f | %9.3f |",
        title,
        mean(seeds, point, RldafPoint::accuracy),
        mean(seeds, point, RldafPoint::perplexity),
        mean(seeds, point, RldafPoint::distinct3),
        mean(seeds, point, RldafPoint::attainment));
  }

  private static double mean(
      List<RldafSeed> seeds,
      Function<RldafSeed, RldafPoint> point,
      ToDoubleFunction<RldafPoint> value) {
    return seeds.stream().map(point).mapToDouble(value).average().orElseThrow();
  }

  private static String atEqualAccuracy(RldafSeed seed) {
    OptionalDouble perplexity = seed.controlPerplexityAt(seed.learnt(RLDAF).accuracy());
    return perplexity.isEmpty()
        ? "unreachable"
        : String.format(Locale.ROOT, "%.2f", perplexity.getAsDouble());
  }

  private static double relativeDistinct(RldafSeed seed, RldafMethod method) {
    return seed.learnt(method).distinct3() / seed.start().distinct3();
  }
}
