/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.trust;

import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What votes are worth epoch by epoch, as an SVG that needs nothing else. Lines are means over
 * seeds; thin ones are the farm's behaviours.
 */
final class FarmChart {
  private static final int LEFT = 60;
  private static final int TOP = 60;
  private static final int WIDTH = 460;
  private static final int HEIGHT = 280;

  private final List<List<SpamFarm.Epoch>> seeds;
  private final Formatter svg = new Formatter(Locale.ROOT);
  private int labels;

  private FarmChart(List<List<SpamFarm.Epoch>> seeds) {
    this.seeds = seeds;
  }

  static String svg(List<List<SpamFarm.Epoch>> seeds) {
    return new FarmChart(seeds).draw();
  }

  private String draw() {
    int width = LEFT + WIDTH + 180;
    svg.format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
            + " font-family=\"sans-serif\" font-size=\"12\" fill=\"#333\">%n",
        width, TOP + HEIGHT + 60, width);
    svg.format("<title>What votes are worth, epoch by epoch</title>%n");
    svg.format("<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>%n", width, TOP + HEIGHT + 60);
    svg.format(
        "<text x=\"%d\" y=\"28\" font-size=\"15\" font-weight=\"bold\">A spam farm among real votes:"
            + " mean trust of a vote, mean of %d seeds</text>%n",
        LEFT, seeds.size());
    for (int tick = 0; tick <= 4; tick++) {
      double value = tick / 4.0;
      svg.format(
          "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#ddd\"/>%n",
          LEFT, y(value), LEFT + WIDTH, y(value));
      svg.format(
          "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.2f</text>%n",
          LEFT - 6, y(value) + 4, value);
    }
    for (int epoch = 0; epoch < epochs(); epoch++) {
      svg.format(
          "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%d</text>%n",
          x(epoch), TOP + HEIGHT + 18, epoch);
    }
    svg.format(
        "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">epoch in which the vote was cast</text>%n",
        LEFT + WIDTH / 2, TOP + HEIGHT + 42);
    for (Behaviour behaviour : Behaviour.values()) {
      line(
          behaviour.name().toLowerCase(Locale.ROOT).replace('_', ' '),
          colour(behaviour),
          1.2,
          epoch -> epoch.spam().getOrDefault(behaviour, 0.0));
    }
    line("all of the farm", "#b30000", 3, SpamFarm.Epoch::allSpam);
    line("all real votes", "#8fc1a9", 2, SpamFarm.Epoch::real);
    line("honest votes", "#1b9e77", 3, SpamFarm.Epoch::honest);
    svg.format("</svg>%n");
    return svg.toString();
  }

  private void line(
      String name, String colour, double width, ToDoubleFunction<SpamFarm.Epoch> value) {
    StringBuilder path = new StringBuilder();
    for (int epoch = 0; epoch < epochs(); epoch++) {
      int at = epoch;
      double mean =
          seeds.stream().mapToDouble(seed -> value.applyAsDouble(seed.get(at))).average().orElse(0);
      path.append(
          String.format(Locale.ROOT, "%s%.1f,%.1f", epoch == 0 ? "M" : "L", x(epoch), y(mean)));
    }
    svg.format(
        "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%.1f\"/>%n",
        path, colour, width);
    int down = TOP + 12 + 20 * labels++;
    svg.format(
        "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\" stroke-width=\"%.1f\"/>%n",
        LEFT + WIDTH + 20, down - 4, LEFT + WIDTH + 42, down - 4, colour, width);
    svg.format("<text x=\"%d\" y=\"%d\">%s</text>%n", LEFT + WIDTH + 48, down, name);
  }

  private static String colour(Behaviour behaviour) {
    return switch (behaviour) {
      case ALWAYS_LEFT -> "#d95f02";
      case ALWAYS_LONGER -> "#e6ab02";
      case RANDOM -> "#7570b3";
      case COPYCAT -> "#a6761d";
      case BURST -> "#e7298a";
    };
  }

  private int epochs() {
    return seeds.getFirst().size();
  }

  private double x(int epoch) {
    return LEFT + 10 + (WIDTH - 20.0) * epoch / Math.max(1, epochs() - 1);
  }

  private static double y(double trust) {
    return TOP + HEIGHT * (1 - trust);
  }
}
