/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.control;

import java.util.Arrays;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;

/**
 * Accuracy against perplexity, a panel per target, as an SVG that needs nothing else. The line is
 * the controller alone as lambda grows, from the frozen policy on; a mark is a method, a bar its
 * interval.
 */
final class ControlChart {
  private static final int SIZE = 320;
  private static final int LEFT = 55;
  private static final int TOP = 60;
  private static final int GAP = 70;

  private final List<ControlTable.Cell> cells;
  private final double lowest;
  private final double highest;
  private final Formatter svg = new Formatter(Locale.ROOT);

  private ControlChart(List<ControlTable.Cell> cells) {
    this.cells = cells;
    double[] logs = cells.stream().mapToDouble(cell -> Math.log(cell.perplexity())).toArray();
    this.lowest = Arrays.stream(logs).min().orElse(0) - 0.1;
    this.highest = Arrays.stream(logs).max().orElse(1) + 0.1;
  }

  static String svg(ControlTable table) {
    return new ControlChart(table.cells()).draw();
  }

  private String draw() {
    int width = LEFT + 2 * SIZE + GAP + 20;
    int height = TOP + SIZE + 50;
    svg.format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
            + " font-family=\"sans-serif\" font-size=\"11\" fill=\"#333\">%n",
        width, height, width);
    svg.format("<title>Attribute accuracy against perplexity</title>%n");
    svg.format("<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>%n", width, height);
    for (int panel = 0; panel < ControlExperiment.TARGETS.size(); panel++) {
      panel(ControlExperiment.TARGETS.get(panel), LEFT + panel * (SIZE + GAP));
    }
    return svg.format("</svg>%n").toString();
  }

  private void panel(String target, int left) {
    svg.format(
        "<text x=\"%d\" y=\"%d\" font-size=\"14\" font-weight=\"bold\">target: %s</text>%n",
        left, TOP - 24, target);
    svg.format(
        "<path d=\"M%d %dV%dH%d\" fill=\"none\" stroke=\"#333\"/>%n",
        left, TOP, TOP + SIZE, left + SIZE);
    for (int tick = 2; tick <= 10; tick += 2) {
      double y = y(tick / 10.0);
      svg.format(
          "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#ddd\"/><text x=\"%d\""
              + " y=\"%.1f\" text-anchor=\"end\">%.1f</text>%n",
          left, y, left + SIZE, y, left - 5, y + 4, tick / 10.0);
    }
    for (int tick = 0; tick <= 4; tick++) {
      double log = lowest + tick * (highest - lowest) / 4;
      svg.format(
          "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%.0f</text>%n",
          left + tick * SIZE / 4.0, TOP + SIZE + 16, Math.exp(log));
    }
    svg.format(
        "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">perplexity, independent model</text>%n",
        left + SIZE / 2, TOP + SIZE + 36);
    List<ControlTable.Cell> own =
        cells.stream().filter(cell -> cell.target().equals(target)).toList();
    svg.format("<polyline fill=\"none\" stroke=\"#555\" stroke-width=\"2\" points=\"");
    own.stream()
        .filter(cell -> cell.method().matches("base|control-\\d+"))
        .forEach(cell -> svg.format("%.1f,%.1f ", x(cell, left), y(cell.accuracy())));
    svg.format("\"/>%n");
    own.forEach(cell -> mark(cell, left));
  }

  private void mark(ControlTable.Cell cell, int left) {
    double x = x(cell, left);
    svg.format(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/><circle cx=\"%.1f\""
            + " cy=\"%.1f\" r=\"4\" fill=\"%s\"/><text x=\"%.1f\" y=\"%.1f\">%s</text>%n",
        x,
        y(cell.accuracyInterval().low()),
        x,
        y(cell.accuracyInterval().high()),
        colour(cell),
        x,
        y(cell.accuracy()),
        colour(cell),
        x + 6,
        y(cell.accuracy()) - 4,
        cell.method());
  }

  /** Wong's colours, told apart by colour-blind readers too. */
  private static String colour(ControlTable.Cell cell) {
    if (cell.method().startsWith("rldaf")) {
      return cell.method().endsWith("gradient") ? "#d55e00" : "#0072b2";
    }
    return cell.method().equals("gradient") ? "#e69f00" : "#555";
  }

  private double x(ControlTable.Cell cell, int left) {
    return left + SIZE * (Math.log(cell.perplexity()) - lowest) / (highest - lowest);
  }

  /** Accuracies from 0.1 to 1. */
  private static double y(double accuracy) {
    return TOP + SIZE * (1 - accuracy) / 0.9;
  }
}
