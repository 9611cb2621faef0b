/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import org.jspecify.annotations.Nullable;

/**
 * What an unpaired objective sees of one example.
 *
 * @param completion what the model says about the completion that was judged
 * @param mismatched what it says about another example's completion after this example's prompt;
 *     null where the objective doesn't ask, or there is no other example
 * @param belief p, the probability that the completion is desirable; in [0, 1]
 * @param weight w, what the example counts for; at least 0
 */
public record UnpairedStatistics(
    CompletionStatistics completion,
    @Nullable CompletionStatistics mismatched,
    double belief,
    double weight) {
  public UnpairedStatistics {
    Requirements.belief(belief);
    Requirements.weight(weight);
  }
}
