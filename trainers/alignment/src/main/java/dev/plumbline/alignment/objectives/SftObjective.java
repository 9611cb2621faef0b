/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import dev.plumbline.lm.Statistic;
import java.util.Set;

/**
 * Supervised fine-tuning on the better completions: the token mean of their negative
 * log-probability. The anchor of combined losses, or a baseline.
 *
 * <pre>
 *   L(w,l) = -log pi(w) / T,   T the mean length of the batch's better completions
 * </pre>
 *
 * <p>Source: TRL's {@code sft}. Over a full batch of weight 1, the mean of L is the mean over all
 * tokens of its better completions.
 *
 * <p>Limits: equal log-ratios change nothing, and the worse completion has no part in it. The
 * reference runs for the logged rewards alone.
 *
 * <p>Worked number: log pi(w) = -6 over 4 tokens, alone in its batch: L = 1.5.
 *
 * @param beta of the logged rewards; positive
 */
public record SftObjective(double beta) implements SeparablePairObjective {

  public SftObjective {
    Requirements.beta(beta);
  }

  @Override
  public String name() {
    return "sft";
  }

  @Override
  public Set<Statistic> statistics() {
    return SequenceScore.LOG_RATIO.statistics();
  }

  @Override
  public PairValue evaluate(PairStatistics pair) {
    PairValue likelihood = NegativeLogLikelihood.ofCompletion(pair);
    return new PairValue(
        likelihood.loss(),
        likelihood.a(),
        likelihood.b(),
        ImplicitReward.of(beta * pair.a().logRatio()),
        ImplicitReward.of(beta * pair.b().logRatio()));
  }
}
