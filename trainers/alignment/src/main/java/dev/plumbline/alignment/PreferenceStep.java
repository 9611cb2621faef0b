/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import dev.plumbline.alignment.objectives.ScoredPair;
import dev.plumbline.lm.StepReport;
import java.util.List;

/**
 * What one optimizer step saw and did.
 *
 * @param pairs the batch as it was scored before the step
 * @param tokens tokens of all rows of the batch
 * @param report what the optimizer did
 */
public record PreferenceStep(List<ScoredPair> pairs, long tokens, StepReport report) {
  public PreferenceStep {
    pairs = List.copyOf(pairs);
  }
}
