/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import java.util.List;

/**
 * What an objective says about one group.
 *
 * @param loss L_i, without the group's weight
 * @param completions derivatives of L_i by what the model said about each completion
 * @param reports what happened to each completion
 */
public record RolloutValue(
    double loss, List<TokenDerivatives> completions, List<RolloutReport> reports) {
  public RolloutValue {
    completions = List.copyOf(completions);
    reports = List.copyOf(reports);
  }
}
