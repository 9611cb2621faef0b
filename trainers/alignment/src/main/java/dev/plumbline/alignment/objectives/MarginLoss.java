/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import static dev.plumbline.alignment.objectives.Logistic.logSigmoid;
import static dev.plumbline.alignment.objectives.Logistic.sigmoid;

/** What a margin m between two completions costs, at strength beta. */
public sealed interface MarginLoss {
  /** The name in TRL's {@code loss_type}. */
  String name();

  /** The loss. */
  double of(double beta, double margin);

  /** Its derivative by the margin. */
  double slope(double beta, double margin);

  /**
   * -(1 - e) log s(beta m) - e log s(-beta m).
   *
   * @param labelSmoothing e; in [0, 0.5)
   */
  record Logistic(double labelSmoothing) implements MarginLoss {
    public Logistic {
      Requirements.labelSmoothing(labelSmoothing);
    }

    @Override
    public String name() {
      return "sigmoid";
    }

    @Override
    public double of(double beta, double margin) {
      double h = beta * margin;
      return -(1 - labelSmoothing) * logSigmoid(h) - labelSmoothing * logSigmoid(-h);
    }

    @Override
    public double slope(double beta, double margin) {
      double h = beta * margin;
      return beta * (labelSmoothing * sigmoid(h) - (1 - labelSmoothing) * sigmoid(-h));
    }
  }

  /** max(0, 1 - beta m); its slope at the kink is taken as 0. */
  record Hinge() implements MarginLoss {
    @Override
    public String name() {
      return "hinge";
    }

    @Override
    public double of(double beta, double margin) {
      return Math.max(0, 1 - beta * margin);
    }

    @Override
    public double slope(double beta, double margin) {
      return 1 - beta * margin > 0 ? -beta : 0;
    }
  }

  /** (m - 1/(2 beta))^2, IPO's. */
  record Squared() implements MarginLoss {
    @Override
    public String name() {
      return "ipo";
    }

    @Override
    public double of(double beta, double margin) {
      double distance = margin - 1 / (2 * beta);
      return distance * distance;
    }

    @Override
    public double slope(double beta, double margin) {
      return 2 * (margin - 1 / (2 * beta));
    }
  }
}
