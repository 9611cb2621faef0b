/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.rewards;

import dev.plumbline.reward.attribute.ControllerEvaluation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;

/**
 * Reliability diagrams of a controller, one per row of its report, on a page that needs nothing
 * else. A dot is a bin of texts, larger where there are more; on the diagonal, C is the share of
 * texts that have the attribute.
 *
 * @param title what was judged on what
 * @param report what is drawn
 */
record ReliabilityPage(String title, ControllerReport report) {
  private static final int SIZE = 200;
  private static final int MARGIN = 34;
  private static final double LARGEST_DOT = 9;

  /** Writes the page, or replaces it. */
  void write(Path file) {
    try {
      Path folder = file.toAbsolutePath().getParent();
      Files.createDirectories(folder);
      Files.writeString(file, html());
    } catch (IOException e) {
      throw new UncheckedIOException("--report: %s can't be written: %s".formatted(file, e), e);
    }
  }

  private String html() {
    StringBuilder figures = new StringBuilder();
    report.byPart().forEach((part, evaluation) -> figures.append(figure(part, evaluation)));
    return """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>%1$s</title>
        <style>
        body { font-family: sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #222; }
        .diagrams { display: flex; flex-wrap: wrap; gap: 1rem; }
        figure { margin: 0; }
        figcaption { font-size: .9rem; }
        pre { overflow-x: auto; }
        </style>
        </head>
        <body>
        <h1>%1$s</h1>
        <p>Across: C, the controller's probability; up: the share of texts that have the attribute.</p>
        <div class="diagrams">
        %2$s</div>
        <pre>
        %3$s
        </pre>
        </body>
        </html>
        """
        .formatted(escaped(title), figures, escaped(String.join("\n", report.lines())));
  }

  private static String figure(String part, ControllerEvaluation evaluation) {
    int whole = SIZE + 2 * MARGIN;
    List<ControllerEvaluation.Bin> bins = evaluation.bins();
    int most = bins.stream().mapToInt(ControllerEvaluation.Bin::texts).max().orElse(1);
    Formatter svg = new Formatter(Locale.ROOT);
    svg.format(
        "<figure><figcaption>%s (%d)</figcaption><svg viewBox=\"0 0 %d %d\" width=\"%d\" role=\"img\""
            + " aria-label=\"calibration error %.3f\" font-size=\"11\">%n",
        escaped(part), evaluation.texts(), whole, whole, whole, evaluation.calibrationError());
    svg.format(
        "<path d=\"M%d %dV%dH%d\" fill=\"none\" stroke=\"#333\"/><path d=\"M%d %dL%d %d\""
            + " stroke=\"#bbb\"/>%n",
        MARGIN, MARGIN, MARGIN + SIZE, MARGIN + SIZE, MARGIN, MARGIN + SIZE, MARGIN + SIZE, MARGIN);
    for (int tick = 0; tick <= 2; tick++) {
      double at = tick / 2.0;
      svg.format(
          "<text x=\"%.0f\" y=\"%d\" text-anchor=\"middle\">%.1f</text><text x=\"%d\" y=\"%.0f\""
              + " text-anchor=\"end\">%.1f</text>%n",
          MARGIN + at * SIZE, whole - 14, at, MARGIN - 5, MARGIN + (1 - at) * SIZE + 4, at);
    }
    for (ControllerEvaluation.Bin bin : bins) {
      if (bin.texts() > 0) {
        svg.format(
            "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" fill=\"#0072b2\" opacity=\"0.8\"/>%n",
            MARGIN + bin.meanProb() * SIZE,
            MARGIN + (1 - bin.share()) * SIZE,
            1.5 + (LARGEST_DOT - 1.5) * Math.sqrt((double) bin.texts() / most));
      }
    }
    return svg.format("</svg></figure>%n").toString();
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
