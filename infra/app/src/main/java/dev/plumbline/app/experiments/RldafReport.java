/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.experiments;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was said in some worlds as a plot, a page and JSON. */
final class RldafReport {
  private RldafReport() {}

  /** The plot {@code rldaf.svg}, and the page around it. */
  static ReportPage page(List<RldafSeed> seeds) {
    return new ReportPage(
        "rldaf",
        "RLDAF and plug-and-play control: accuracy against perplexity",
        RldafChart.svg(seeds),
        RldafTable.lines(seeds));
  }

  /** One line of JSON per lambda of control alone, then one per method. */
  static List<String> json(RldafSeed seed) {
    List<String> lines = new ArrayList<>();
    seed.controlAlone()
        .forEach((lambda, point) -> lines.add(line(seed, "control alone", lambda, point)));
    for (RldafMethod method : RldafMethod.values()) {
      RldafPoint point = seed.learnt(method);
      lines.add(line(seed, method.title(), RldafCriteria.LAMBDA, point));
    }
    return lines;
  }

  private static String line(RldafSeed seed, String method, double lambda, RldafPoint point) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("seed", seed.seed());
    fields.put("method", method);
    fields.put("lambda", lambda);
    fields.put("accuracy", point.accuracy());
    fields.put("perplexity", point.perplexity());
    fields.put("distinct_3", point.distinct3());
    fields.put("attainment", point.attainment());
    fields.put(
        "control_perplexity_at_accuracy",
        ReportPage.orNull(seed.controlPerplexityAt(point.accuracy())));
    return ReportPage.json(fields);
  }
}
