/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.experiments;

import java.util.List;
import java.util.OptionalDouble;

/**
 * Where a policy was before its first update and after each one.
 *
 * @param points one more than there were updates
 */
record FrontierCurve(List<Point> points) {

  /**
   * Where a policy is.
   *
   * @param reward expected reward of a completion
   * @param kl KL(policy || reference) of a completion, in nats
   * @param rejectedKl mean sequential KL(reference || policy) of held-out rejected rows, in nats
   */
  record Point(double reward, double kl, double rejectedKl) {}

  FrontierCurve {
    points = List.copyOf(points);
  }

  Point start() {
    return points.getFirst();
  }

  Point end() {
    return points.getLast();
  }

  /** What the last update's policy earns more than the first. */
  double gain() {
    return end().reward() - start().reward();
  }

  /**
   * The KL of rejected rows where the reward has first risen by {@code gain}, linearly between the
   * two updates around; empty where it never has.
   */
  OptionalDouble rejectedKlAt(double gain) {
    double wanted = start().reward() + gain;
    for (int i = 1; i < points.size(); i++) {
      Point after = points.get(i);
      if (after.reward() >= wanted) {
        Point before = points.get(i - 1);
        double part = (wanted - before.reward()) / (after.reward() - before.reward());
        return OptionalDouble.of(
            before.rejectedKl() + part * (after.rejectedKl() - before.rejectedKl()));
      }
    }
    return OptionalDouble.empty();
  }
}
