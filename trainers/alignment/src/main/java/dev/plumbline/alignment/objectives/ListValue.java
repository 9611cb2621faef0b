/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import java.util.List;

/**
 * What an objective says about one ranking.
 *
 * @param loss L_i, without the ranking's weight
 * @param completions derivatives of L_i by what the model said about each completion
 * @param rewards implicit reward of each completion
 */
public record ListValue(double loss, List<TokenDerivatives> completions, List<Double> rewards) {
  public ListValue {
    completions = List.copyOf(completions);
    rewards = List.copyOf(rewards);
  }
}
