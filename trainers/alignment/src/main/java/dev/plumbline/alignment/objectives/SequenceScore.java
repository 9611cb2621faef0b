/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import dev.plumbline.lm.Statistic;
import java.util.Set;

/** The one number per completion that many objectives read. */
public enum SequenceScore {
  /** log pi(y) - log pi_ref(y). */
  LOG_RATIO,
  /** The log-ratio per token. */
  MEAN_LOG_RATIO,
  /** log pi(y); no reference. */
  LOG_PROB,
  /** log pi(y) per token; no reference. */
  MEAN_LOG_PROB;

  /** What it must be told about each token. */
  Set<Statistic> statistics() {
    return switch (this) {
      case LOG_RATIO, MEAN_LOG_RATIO -> Set.of(Statistic.LOG_PROB, Statistic.REFERENCE_LOG_PROB);
      case LOG_PROB, MEAN_LOG_PROB -> Set.of(Statistic.LOG_PROB);
    };
  }

  /** The score of a completion. */
  double of(CompletionStatistics completion) {
    return switch (this) {
      case LOG_RATIO -> completion.logRatio();
      case MEAN_LOG_RATIO -> completion.logRatio() / completion.length();
      case LOG_PROB -> completion.logProb();
      case MEAN_LOG_PROB -> completion.logProb() / completion.length();
    };
  }

  /** Derivatives of a loss whose derivative by the score is known. */
  TokenDerivatives pullBack(CompletionStatistics completion, double byScore) {
    double perLogProb =
        switch (this) {
          case LOG_RATIO, LOG_PROB -> byScore;
          case MEAN_LOG_RATIO, MEAN_LOG_PROB -> byScore / completion.length();
        };
    return completion.derivatives(Statistic.LOG_PROB, perLogProb);
  }
}
