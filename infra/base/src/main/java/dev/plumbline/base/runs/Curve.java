/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.runs;

import java.util.ArrayList;
import java.util.List;

/**
 * A line of a chart.
 *
 * @param points in the order of steps
 */
record Curve(String name, List<Point> points) {

  /**
   * What was measured at a step.
   *
   * @param x the step itself, or what the chart has on its horizontal axis instead
   * @param y NaN where the value was not finite
   */
  record Point(long step, double x, double y) {

    boolean isFinite() {
      return Double.isFinite(x) && Double.isFinite(y);
    }
  }

  Curve {
    points = List.copyOf(points);
  }

  boolean isHeldOut() {
    return name.startsWith(RunHistory.EVAL);
  }

  Curve finite() {
    return new Curve(name, points.stream().filter(Point::isFinite).toList());
  }

  /**
   * At most about {@code limit} points: of each group of neighbours the lowest and the highest, so
   * that no spike is lost.
   */
  Curve thinned(int limit) {
    if (points.size() <= limit) {
      return this;
    }
    int size = Math.ceilDiv(2 * points.size(), limit);
    List<Point> kept = new ArrayList<>();
    for (int start = 0; start < points.size(); start += size) {
      List<Point> group = points.subList(start, Math.min(start + size, points.size()));
      int low = 0;
      int high = 0;
      for (int i = 1; i < group.size(); i++) {
        low = group.get(i).y() < group.get(low).y() ? i : low;
        high = group.get(i).y() > group.get(high).y() ? i : high;
      }
      kept.add(group.get(Math.min(low, high)));
      if (low != high) {
        kept.add(group.get(Math.max(low, high)));
      }
    }
    return new Curve(name, kept);
  }

  /** Whether its ups and downs add up to more than ten times its range. */
  boolean isNoisy() {
    double travelled = 0;
    for (int i = 1; i < points.size(); i++) {
      travelled += Math.abs(points.get(i).y() - points.get(i - 1).y());
    }
    var range = points.stream().mapToDouble(Point::y).summaryStatistics();
    return travelled > 10 * (range.getMax() - range.getMin());
  }

  /** Means of places and values over {@code 2 radius + 1} neighbours, fewer at the ends. */
  Curve smoothed(int radius) {
    List<Point> means = new ArrayList<>();
    double x = 0;
    double y = 0;
    int first = 0;
    int end = 0;
    for (int i = 0; i < points.size(); i++) {
      for (; end < Math.min(i + radius + 1, points.size()); end++) {
        x += points.get(end).x();
        y += points.get(end).y();
      }
      for (; first < i - radius; first++) {
        x -= points.get(first).x();
        y -= points.get(first).y();
      }
      means.add(new Point(points.get(i).step(), x / (end - first), y / (end - first)));
    }
    return new Curve(name, means);
  }
}
