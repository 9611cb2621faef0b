/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.experiments;

import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Accuracy against perplexity, as an SVG that needs nothing else. The line is control alone as
 * lambda grows, from the frozen policy on; a mark is a method after learning. Thin lines and small
 * marks are seeds, thick and large ones their mean. The method that collapses isn't drawn: its
 * perplexity would leave no room for the others.
 */
final class RldafChart {
  private static final int PANEL_WIDTH = 640;
  private static final int PANEL_HEIGHT = 340;
  private static final int LEFT = 60;
  private static final int TOP = 80;
  private static final int WIDTH = LEFT + PANEL_WIDTH + 30;
  private static final int HEIGHT = TOP + PANEL_HEIGHT + 60;
  private static final String CONTROL_COLOUR = "#555";
  private static final List<RldafMethod> METHODS =
      List.of(
          RldafMethod.RLDAF,
          RldafMethod.BIAS_ONLY,
          RldafMethod.PROMPT_ONLY,
          RldafMethod.WITHOUT_FLUENCY);

  private final List<RldafSeed> seeds;
  private final double lowest;
  private final double highest;
  private final Formatter svg = new Formatter(Locale.ROOT);

  private RldafChart(List<RldafSeed> seeds) {
    this.seeds = seeds;
    double[] perplexities =
        seeds.stream()
            .flatMap(
                seed ->
                    Stream.concat(
                        seed.controlAlone().values().stream(), METHODS.stream().map(seed::learnt)))
            .mapToDouble(RldafPoint::perplexity)
            .sorted()
            .toArray();
    this.lowest = Math.floor(perplexities[0]);
    this.highest = Math.ceil(perplexities[perplexities.length - 1]);
  }

  static String svg(List<RldafSeed> seeds) {
    return new RldafChart(seeds).draw();
  }

  private String draw() {
    svg.format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
            + " font-family=\"sans-serif\" font-size=\"12\" fill=\"#333\">%n",
        WIDTH, HEIGHT, WIDTH);
    svg.format("<title>Attribute accuracy against perplexity</title>%n");
    svg.format("<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>%n", WIDTH, HEIGHT);
    svg.format(
        "<text x=\"%d\" y=\"24\" font-size=\"15\" font-weight=\"bold\">What accuracy costs: %d"
            + " updates, mean of %d seeds</text>%n",
        LEFT, RldafRun.UPDATES, seeds.size());
    legend();
    axes();
    for (RldafSeed seed : seeds) {
      control(List.of(seed), "stroke-width=\"1\" opacity=\"0.25\"");
    }
    for (RldafMethod method : METHODS) {
      for (RldafSeed seed : seeds) {
        mark(List.of(seed), method, 3, 0.4);
      }
    }
    control(seeds, "stroke-width=\"2.5\"");
    METHODS.forEach(method -> mark(seeds, method, 6, 1));
    svg.format("</svg>%n");
    return svg.toString();
  }

  private void legend() {
    svg.format(
        "<line x1=\"%d\" y1=\"48\" x2=\"%d\" y2=\"48\" stroke=\"%s\" stroke-width=\"3\"/>%n",
        LEFT, LEFT + 22, CONTROL_COLOUR);
    svg.format("<text x=\"%d\" y=\"52\">control alone, lambda 0 to 64</text>%n", LEFT + 28);
    int x = LEFT + 230;
    for (RldafMethod method : METHODS) {
      svg.format("<circle cx=\"%d\" cy=\"48\" r=\"5\" fill=\"%s\"/>%n", x, colour(method));
      svg.format("<text x=\"%d\" y=\"52\">%s</text>%n", x + 10, method.title());
      x += 105;
    }
  }

  private void axes() {
    int bottom = TOP + PANEL_HEIGHT;
    for (int tick = 4; tick <= 10; tick++) {
      double accuracy = tick / 10.0;
      svg.format(
          "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#ddd\"/>%n",
          LEFT, y(accuracy), LEFT + PANEL_WIDTH, y(accuracy));
      svg.format(
          "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.1f</text>%n",
          LEFT - 6, y(accuracy) + 4, accuracy);
    }
    for (double perplexity = lowest; perplexity <= highest; perplexity += 0.5) {
      svg.format(
          "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%.1f</text>%n",
          x(perplexity), bottom + 18, perplexity);
    }
    svg.format(
        "<path d=\"M%d %d V%d H%d\" fill=\"none\" stroke=\"#333\"/>%n",
        LEFT, TOP, bottom, LEFT + PANEL_WIDTH);
    svg.format(
        "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">perplexity of the exact language</text>%n",
        LEFT + PANEL_WIDTH / 2, bottom + 40);
    svg.format(
        "<text transform=\"translate(18 %d) rotate(-90)\" text-anchor=\"middle\">exact attribute"
            + " accuracy</text>%n",
        TOP + PANEL_HEIGHT / 2);
  }

  private void control(List<RldafSeed> of, String style) {
    svg.format("<polyline fill=\"none\" stroke=\"%s\" %s points=\"", CONTROL_COLOUR, style);
    for (double lambda : of.getFirst().controlAlone().keySet()) {
      Function<RldafSeed, RldafPoint> point = seed -> seed.controlAlone(lambda);
      svg.format("%.1f,%.1f ", x(perplexity(of, point)), y(accuracy(of, point)));
    }
    svg.format("\"/>%n");
  }

  private void mark(List<RldafSeed> of, RldafMethod method, int radius, double opacity) {
    Function<RldafSeed, RldafPoint> point = seed -> seed.learnt(method);
    svg.format(
        "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%d\" fill=\"%s\" opacity=\"%.1f\"/>%n",
        x(perplexity(of, point)), y(accuracy(of, point)), radius, colour(method), opacity);
  }

  private static double accuracy(List<RldafSeed> seeds, Function<RldafSeed, RldafPoint> point) {
    return seeds.stream().map(point).mapToDouble(RldafPoint::accuracy).average().orElseThrow();
  }

  private static double perplexity(List<RldafSeed> seeds, Function<RldafSeed, RldafPoint> point) {
    return seeds.stream().map(point).mapToDouble(RldafPoint::perplexity).average().orElseThrow();
  }

  private double x(double perplexity) {
    return LEFT + PANEL_WIDTH * (perplexity - lowest) / (highest - lowest);
  }

  /** Accuracies from 0.4 to 1. */
  private static double y(double accuracy) {
    return TOP + PANEL_HEIGHT * (1 - accuracy) / 0.6;
  }

  /** Wong's colours, told apart by colour-blind readers too. */
  private static String colour(RldafMethod method) {
    return switch (method) {
      case RLDAF -> "#0072b2";
      case BIAS_ONLY -> "#009e73";
      case PROMPT_ONLY -> "#e69f00";
      case WITHOUT_FLUENCY -> "#d55e00";
      case REFERENCE_REWARD -> "#cc79a7";
    };
  }
}
