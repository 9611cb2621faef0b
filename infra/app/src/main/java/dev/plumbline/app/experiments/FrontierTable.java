/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.experiments;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/** Means over seeds, one line per method. */
final class FrontierTable {
  private static final String RULE =
      "|-----------|-------:|------------:|------------:|----------------:|----------------:|";

  private FrontierTable() {}

  /** Lines of a table in Markdown, readable as it is. */
  static List<String> lines(List<FrontierSeed> seeds) {
    String header =
        "| %-9s | %6s | %11s | %11s | %15s | %15s |"
            .formatted(
                "method", "reward", "KL policy", "KL rejected", "at gain 0.3", "at gain 0.5");
    List<String> lines = new ArrayList<>(List.of(header, RULE));
    lines.add(
        line(
            "start",
            mean(seeds, FrontierMethod.DPO, curve -> curve.start().reward()),
            mean(seeds, FrontierMethod.DPO, curve -> curve.start().kl()),
            mean(seeds, FrontierMethod.DPO, curve -> curve.start().rejectedKl()),
            "",
            ""));
    for (FrontierMethod method : FrontierMethod.values()) {
      lines.add(
          line(
              method.title(),
              mean(seeds, method, curve -> curve.end().reward()),
              mean(seeds, method, curve -> curve.end().kl()),
              mean(seeds, method, curve -> curve.end().rejectedKl()),
              atGain(seeds, method, FrontierCriteria.EQUAL_GAIN),
              atGain(seeds, method, 0.5)));
    }
    return lines;
  }

  private static String line(
      String method, double reward, double kl, double rejectedKl, String first, String second) {
    return String.format(
        Locale.ROOT,
        "| %-9s | %6.2f | %11.2f | %11.2f | %15s | %15s |",
        method,
        reward,
        kl,
        rejectedKl,
        first,
        second);
  }

  private static double mean(
      List<FrontierSeed> seeds, FrontierMethod method, ToDoubleFunction<FrontierCurve> value) {
    return seeds.stream()
        .mapToDouble(seed -> value.applyAsDouble(seed.curve(method)))
        .average()
        .orElseThrow();
  }

  /** Mean over the seeds that gain as much, and their number where it isn't all. */
  private static String atGain(List<FrontierSeed> seeds, FrontierMethod method, double gain) {
    double[] reached =
        seeds.stream()
            .map(seed -> seed.curve(method).rejectedKlAt(gain))
            .flatMapToDouble(OptionalDouble::stream)
            .toArray();
    if (reached.length == 0) {
      return "no seed";
    }
    String mean =
        String.format(Locale.ROOT, "%.3f", Arrays.stream(reached).average().orElseThrow());
    return reached.length == seeds.size() ? mean : mean + " (" + reached.length + " seeds)";
  }
}
