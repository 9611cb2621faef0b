/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.TrainedAdapter;
import java.util.Map;

/** Measures a version before it is published, on prompts that the lane knows nothing of. */
@FunctionalInterface
public interface PolicyEvaluator {
  /** Measures nothing. */
  PolicyEvaluator NONE = (model, adapter, version) -> Map.of();

  /**
   * Returns metrics by name, which become part of the version record. Must be a pure function of
   * its arguments: a lane that was killed evaluates again and must find the same. Runs on the
   * lane's learning thread.
   */
  Map<String, Double> evaluate(
      CausalLanguageModel model, TrainedAdapter adapter, PolicyVersionId version);
}
