/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.control;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How texts of one row of the table come about. */
sealed interface ControlMethod {

  /** The frozen policy, to which a controller only listens. */
  record Base() implements ControlMethod {}

  /**
   * Classic plug-and-play control of the frozen policy: the residual term alone.
   *
   * @param lambda its weight
   */
  record LogitControl(double lambda) implements ControlMethod {}

  /** As the table and the files of rows name it. */
  default String label() {
    return switch (this) {
      case Base base -> "base";
      case LogitControl(double lambda) -> String.format(Locale.ROOT, "control-%.0f", lambda);
    };
  }

  /** All methods, in the order of the table. */
  static List<ControlMethod> all() {
    List<ControlMethod> all = new ArrayList<>();
    all.add(new Base());
    for (double lambda : new double[] {1, 2, 4, 8}) {
      all.add(new LogitControl(lambda));
    }
    return all;
  }
}
