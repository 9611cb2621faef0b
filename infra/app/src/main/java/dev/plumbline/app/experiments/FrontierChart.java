/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.experiments;

import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;

/**
 * Gain of reward against KL from the reference, as an SVG that needs nothing else: on the left the
 * policy's own KL, on the right that of rejected rows. Thin lines are seeds, thick ones their mean
 * update by update, a dot is the last update. The scale of KL is its square root: near the
 * reference KL grows with the square of what has been learned, and a curve begins straight.
 */
final class FrontierChart {
  private static final int PANEL_WIDTH = 340;
  private static final int PANEL_HEIGHT = 280;
  private static final int LEFT = 60;
  private static final int TOP = 80;
  private static final int GAP = 60;
  private static final int WIDTH = LEFT + 2 * PANEL_WIDTH + GAP + 30;
  private static final int HEIGHT = TOP + PANEL_HEIGHT + 60;

  private final List<FrontierSeed> seeds;
  private final double largestGain;
  private final Formatter svg = new Formatter(Locale.ROOT);

  private FrontierChart(List<FrontierSeed> seeds) {
    this.seeds = seeds;
    this.largestGain = largest((curve, point) -> point.reward() - curve.start().reward());
  }

  static String svg(List<FrontierSeed> seeds) {
    return new FrontierChart(seeds).draw();
  }

  private String draw() {
    svg.format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
            + " font-family=\"sans-serif\" font-size=\"12\" fill=\"#333\">%n",
        WIDTH, HEIGHT, WIDTH);
    svg.format("<title>Gain of reward against KL from the reference</title>%n");
    svg.format("<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>%n", WIDTH, HEIGHT);
    svg.format(
        "<text x=\"%d\" y=\"24\" font-size=\"15\" font-weight=\"bold\">What a gain of reward costs:"
            + " %d updates, mean of %d seeds, square-root scale of KL</text>%n",
        LEFT, FrontierRun.UPDATES, seeds.size());
    legend();
    panel(LEFT, "KL(policy || reference), nats", FrontierCurve.Point::kl);
    panel(
        LEFT + PANEL_WIDTH + GAP,
        "KL(reference || policy) on held-out rejected rows, nats",
        FrontierCurve.Point::rejectedKl);
    svg.format(
        "<text transform=\"translate(18 %d) rotate(-90)\" text-anchor=\"middle\">gain of expected"
            + " reward</text>%n",
        TOP + PANEL_HEIGHT / 2);
    svg.format("</svg>%n");
    return svg.toString();
  }

  private void legend() {
    int x = LEFT;
    for (FrontierMethod method : FrontierMethod.values()) {
      svg.format(
          "<line x1=\"%d\" y1=\"48\" x2=\"%d\" y2=\"48\" stroke=\"%s\" stroke-width=\"3\"/>%n",
          x, x + 22, colour(method));
      svg.format("<text x=\"%d\" y=\"52\">%s</text>%n", x + 28, method.title());
      x += 110;
    }
  }

  private void panel(int left, String title, ToDoubleFunction<FrontierCurve.Point> kl) {
    double largestKl = largest((curve, point) -> kl.applyAsDouble(point));
    axes(left, title, largestKl);
    for (FrontierMethod method : FrontierMethod.values()) {
      for (FrontierSeed seed : seeds) {
        line(left, method, List.of(seed), kl, largestKl, "stroke-width=\"1\" opacity=\"0.25\"");
      }
    }
    for (FrontierMethod method : FrontierMethod.values()) {
      line(left, method, seeds, kl, largestKl, "stroke-width=\"2.5\"");
      svg.format(
          "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"%s\"/>%n",
          x(left, meanAt(method, seeds, FrontierRun.UPDATES, kl), largestKl),
          y(gainAt(method, seeds, FrontierRun.UPDATES)),
          colour(method));
    }
  }

  private void axes(int left, String title, double largestKl) {
    int bottom = TOP + PANEL_HEIGHT;
    for (int tick = 0; tick <= largestGain; tick++) {
      svg.format(
          "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#ddd\"/>%n",
          left, y(tick), left + PANEL_WIDTH, y(tick));
      svg.format(
          "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%d</text>%n", left - 6, y(tick) + 4, tick);
    }
    for (int root = 0; root * root <= largestKl; root++) {
      svg.format(
          "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%d</text>%n",
          x(left, root * root, largestKl), bottom + 18, root * root);
    }
    svg.format(
        "<path d=\"M%d %d V%d H%d\" fill=\"none\" stroke=\"#333\"/>%n",
        left, TOP, bottom, left + PANEL_WIDTH);
    svg.format(
        "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>%n",
        left + PANEL_WIDTH / 2, bottom + 40, title);
  }

  private void line(
      int left,
      FrontierMethod method,
      List<FrontierSeed> of,
      ToDoubleFunction<FrontierCurve.Point> kl,
      double largestKl,
      String style) {
    svg.format("<polyline fill=\"none\" stroke=\"%s\" %s points=\"", colour(method), style);
    for (int update = 0; update <= FrontierRun.UPDATES; update++) {
      svg.format(
          "%.1f,%.1f ",
          x(left, meanAt(method, of, update, kl), largestKl), y(gainAt(method, of, update)));
    }
    svg.format("\"/>%n");
  }

  private static double gainAt(FrontierMethod method, List<FrontierSeed> seeds, int update) {
    return meanAt(method, seeds, update, FrontierCurve.Point::reward)
        - meanAt(method, seeds, 0, FrontierCurve.Point::reward);
  }

  private static double meanAt(
      FrontierMethod method,
      List<FrontierSeed> seeds,
      int update,
      ToDoubleFunction<FrontierCurve.Point> value) {
    return seeds.stream()
        .mapToDouble(seed -> value.applyAsDouble(seed.curve(method).points().get(update)))
        .average()
        .orElseThrow();
  }

  private double largest(ToDoubleBiFunction<FrontierCurve, FrontierCurve.Point> coordinate) {
    return seeds.stream()
        .flatMap(seed -> seed.curves().values().stream())
        .flatMapToDouble(
            curve ->
                curve.points().stream()
                    .mapToDouble(point -> coordinate.applyAsDouble(curve, point)))
        .max()
        .orElseThrow();
  }

  private static double x(int left, double kl, double largestKl) {
    return left + PANEL_WIDTH * Math.sqrt(kl / largestKl);
  }

  private double y(double gain) {
    return TOP + PANEL_HEIGHT * (1 - gain / largestGain);
  }

  /** Wong's colours, told apart by colour-blind readers too. */
  private static String colour(FrontierMethod method) {
    return switch (method) {
      case DPO -> "#0072b2";
      case TDPO1 -> "#d55e00";
      case TDPO2_HALF -> "#009e73";
      case TDPO2_ONE -> "#cc79a7";
    };
  }
}
