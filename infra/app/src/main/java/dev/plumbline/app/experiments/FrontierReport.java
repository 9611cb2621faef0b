/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.experiments;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The curves of some seeds as a plot, a page and JSON. */
final class FrontierReport {
  private FrontierReport() {}

  /** The plot {@code tdpo-frontier.svg}, and the page around it. */
  static ReportPage page(List<FrontierSeed> seeds) {
    return new ReportPage(
        "tdpo-frontier",
        "DPO and TDPO: reward against KL",
        FrontierChart.svg(seeds),
        FrontierTable.lines(seeds));
  }

  /** One line of JSON per method. */
  static List<String> json(FrontierSeed seed) {
    List<String> lines = new ArrayList<>();
    for (FrontierMethod method : FrontierMethod.values()) {
      FrontierCurve curve = seed.curve(method);
      Map<String, @Nullable Object> fields = new LinkedHashMap<>();
      fields.put("seed", seed.seed());
      fields.put("method", method.title());
      fields.put("updates", curve.points().size() - 1);
      fields.put("start_reward", curve.start().reward());
      fields.put("reward", curve.end().reward());
      fields.put("kl", curve.end().kl());
      fields.put("kl_rejected", curve.end().rejectedKl());
      fields.put("kl_rejected_at_gain_0.3", ReportPage.orNull(curve.rejectedKlAt(0.3)));
      fields.put("kl_rejected_at_gain_0.5", ReportPage.orNull(curve.rejectedKlAt(0.5)));
      fields.put("curve", curve.points());
      lines.add(ReportPage.json(fields));
    }
    return lines;
  }
}
