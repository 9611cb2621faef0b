/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement.ranking;

/**
 * ln B and digamma for positive arguments, by recurrence to above 10 and Stirling's series
 * (Abramowitz and Stegun, 6.1.41 and 6.3.18).
 */
final class Gamma {
  private static final double LARGE = 10;

  private Gamma() {}

  static double logBeta(double a, double b) {
    return log(a) + log(b) - log(a + b);
  }

  static double log(double argument) {
    double x = argument;
    double down = 0;
    while (x < LARGE) {
      down += Math.log(x);
      x++;
    }
    double i = 1 / (x * x);
    double series =
        (1 / 12.0
                - i
                    * (1 / 360.0
                        - i
                            * (1 / 1260.0
                                - i * (1 / 1680.0 - i * (1 / 1188.0 - i * 691 / 360360.0)))))
            / x;
    return (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + series - down;
  }

  static double digamma(double argument) {
    double x = argument;
    double down = 0;
    while (x < LARGE) {
      down += 1 / x;
      x++;
    }
    double i = 1 / (x * x);
    double series =
        i
            * (1 / 12.0
                - i
                    * (1 / 120.0
                        - i * (1 / 252.0 - i * (1 / 240.0 - i * (1 / 132.0 - i * 691 / 32760.0)))));
    return Math.log(x) - 1 / (2 * x) - series - down;
  }
}
