/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.experiments;

import dev.plumbline.alignment.objectives.DpoObjective;
import dev.plumbline.alignment.objectives.SeparablePairObjective;
import dev.plumbline.alignment.objectives.Tdpo1Objective;
import dev.plumbline.alignment.objectives.Tdpo2Objective;

/** What is compared, all with the same beta. */
enum FrontierMethod {
  DPO("DPO"),
  TDPO1("TDPO1"),
  TDPO2_HALF("TDPO2 0.5"),
  TDPO2_ONE("TDPO2 1");

  static final double BETA = 0.1;

  private final String title;

  FrontierMethod(String title) {
    this.title = title;
  }

  /** As tables and plots call it: the objective, and alpha where it has one. */
  String title() {
    return title;
  }

  SeparablePairObjective objective() {
    return switch (this) {
      case DPO -> new DpoObjective(BETA, 0);
      case TDPO1 -> new Tdpo1Objective(BETA);
      case TDPO2_HALF -> new Tdpo2Objective(BETA, 0.5);
      case TDPO2_ONE -> new Tdpo2Objective(BETA, 1);
    };
  }
}
