/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The optimal transport between two distributions on the line, of equal mass: both are sorted and
 * walked through together. With all masses 1 it pairs the k-th smallest with the k-th smallest.
 */
final class MassCoupling {
  private MassCoupling() {}

  /**
   * A point mass.
   *
   * @param value where on the line
   * @param mass how much; positive
   * @param pair the pair that it comes from
   * @param a whether it is about the pair's a; else about its b
   */
  record Atom(double value, double mass, int pair, boolean a) {}

  /** Mass that moves from one atom to another. */
  record Flow(Atom from, Atom to, double mass) {}

  /** The flows, by rising value. Equal values keep the order of the lists. */
  static List<Flow> of(List<Atom> from, List<Atom> to) {
    List<Atom> left = rising(from);
    List<Atom> right = rising(to);
    List<Flow> flows = new ArrayList<>();
    int i = 0;
    int j = 0;
    double leftRest = 0;
    double rightRest = 0;
    while (i < left.size() && j < right.size()) {
      leftRest = leftRest > 0 ? leftRest : left.get(i).mass();
      rightRest = rightRest > 0 ? rightRest : right.get(j).mass();
      double mass = Math.min(leftRest, rightRest);
      flows.add(new Flow(left.get(i), right.get(j), mass));
      leftRest -= mass;
      rightRest -= mass;
      i += leftRest > 0 ? 0 : 1;
      j += rightRest > 0 ? 0 : 1;
    }
    return flows;
  }

  private static List<Atom> rising(List<Atom> atoms) {
    return atoms.stream().sorted(Comparator.comparingDouble(Atom::value)).toList();
  }
}
