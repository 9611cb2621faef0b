/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

/** What each token's part of the loss is divided by, so that a group's parts make L_i. */
public sealed interface TokenAverage {
  /** The share of one token of weight 1. */
  double share(RolloutStatistics group, RolloutSample of);

  /** The mean over completions of their token means: every completion counts alike. */
  record OfSequenceMeans() implements TokenAverage {
    @Override
    public double share(RolloutStatistics group, RolloutSample of) {
      return 1 / (group.rollouts().size() * of.completion().length());
    }
  }

  /** The mean over all tokens of the batch: every token counts alike. */
  record OfTokens() implements TokenAverage {
    @Override
    public double share(RolloutStatistics group, RolloutSample of) {
      return 1 / group.batch().meanTokens();
    }
  }

  /**
   * The mean over completions of their sums, over a length that is the same for all.
   *
   * @param length in tokens; at least 1
   */
  record OverFixedLength(int length) implements TokenAverage {
    public OverFixedLength {
      if (length < 1) {
        throw new IllegalArgumentException("dr_grpo_length must be at least 1, but was " + length);
      }
    }

    @Override
    public double share(RolloutStatistics group, RolloutSample of) {
      return 1.0 / (group.rollouts().size() * length);
    }
  }
}
