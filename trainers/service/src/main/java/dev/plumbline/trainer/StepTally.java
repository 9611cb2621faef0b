/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import dev.plumbline.lm.StepReport;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What became of the optimizer steps of a version. Used by one thread. */
final class StepTally {
  private static final Logger log = LoggerFactory.getLogger(StepTally.class);

  private double gradNorms;
  private double learningRate;
  private int applied;
  private int refused;
  private long tokens;

  /**
   * @param read tokens that the step read
   */
  void add(StepReport report, long read) {
    tokens += read;
    switch (report) {
      case StepReport.Applied done -> {
        gradNorms += done.gradNorm();
        learningRate = done.learningRate();
        applied++;
      }
      case StepReport.Refused notFinite -> {
        log.warn("{}", notFinite);
        refused++;
      }
    }
  }

  /** Metrics by name; gradient norm and learning rate only where a step was applied. */
  Map<String, Double> metrics() {
    Map<String, Double> metrics = new TreeMap<>();
    metrics.put("num_tokens", (double) tokens);
    metrics.put("steps_refused", (double) refused);
    if (applied > 0) {
      metrics.put("grad_norm", gradNorms / applied);
      metrics.put("learning_rate", learningRate);
    }
    return metrics;
  }
}
