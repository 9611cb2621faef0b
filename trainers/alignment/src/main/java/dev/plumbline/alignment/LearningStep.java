/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import dev.plumbline.alignment.objectives.ScoredExample;
import dev.plumbline.lm.StepReport;
import java.util.List;

/**
 * What one optimizer step saw and did.
 *
 * @param <S> a scored example
 * @param scored the batch as it was scored before the step
 * @param tokens tokens of all rows that were learned from
 * @param report what the optimizer did
 */
public record LearningStep<S extends ScoredExample>(
    List<S> scored, long tokens, StepReport report) {
  public LearningStep {
    scored = List.copyOf(scored);
  }
}
