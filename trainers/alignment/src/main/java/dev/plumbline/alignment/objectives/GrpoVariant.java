/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

/**
 * What distinguishes the objectives that take their baseline from the group: the surrogate, what a
 * ratio is about, and what tokens are divided by. Everything else is {@link GrpoObjective}'s.
 */
public sealed interface GrpoVariant {
  /** Its name in settings. */
  String name();

  /** What a ratio contributes. */
  PolicySurrogate surrogate();

  /** What a ratio is about. */
  default RatioLevel level() {
    return RatioLevel.TOKEN;
  }

  /** What tokens are divided by. */
  TokenAverage average();

  /**
   * 1/G sum_i 1/|y_i| sum_t clipped: Shao et al., arXiv 2402.03300, equation 3. A token of a long
   * completion counts less than one of a short.
   *
   * @param range epsilon 0.2 on both sides
   */
  record Grpo(ClipRange range) implements GrpoVariant {
    @Override
    public String name() {
      return "grpo";
    }

    @Override
    public PolicySurrogate surrogate() {
      return new PolicySurrogate.Clipped(range);
    }

    @Override
    public TokenAverage average() {
      return new TokenAverage.OfSequenceMeans();
    }
  }

  /**
   * 1/(G L) sum_i sum_t clipped, L a constant: Liu et al., arXiv 2503.20783. No completion counts
   * more for being short. The paper's advantages aren't divided by anything ({@link
   * RewardScale#NONE}).
   *
   * @param range epsilon 0.2 on both sides
   * @param length L, in tokens
   */
  record DrGrpo(ClipRange range, int length) implements GrpoVariant {
    @Override
    public String name() {
      return "dr_grpo";
    }

    @Override
    public PolicySurrogate surrogate() {
      return new PolicySurrogate.Clipped(range);
    }

    @Override
    public TokenAverage average() {
      return new TokenAverage.OverFixedLength(length);
    }
  }

  /**
   * sum_i sum_t clipped / number of tokens in the batch: Yu et al., arXiv 2503.14476, equation 8,
   * with room above the range for tokens that are rare and good. The paper also drops groups whose
   * rewards are equal, which have no gradient here, and punishes length in the reward.
   *
   * @param range epsilon 0.2 below and 0.28 above
   */
  record Dapo(ClipRange range) implements GrpoVariant {
    @Override
    public String name() {
      return "dapo";
    }

    @Override
    public PolicySurrogate surrogate() {
      return new PolicySurrogate.Clipped(range);
    }

    @Override
    public TokenAverage average() {
      return new TokenAverage.OfTokens();
    }
  }

  /**
   * {@link Dapo} with a range that is the same on both sides, under TRL's name for the mean over
   * the tokens of a batch.
   *
   * @param range epsilon 0.2 on both sides
   */
  record Bnpo(ClipRange range) implements GrpoVariant {
    @Override
    public String name() {
      return "bnpo";
    }

    @Override
    public PolicySurrogate surrogate() {
      return new PolicySurrogate.Clipped(range);
    }

    @Override
    public TokenAverage average() {
      return new TokenAverage.OfTokens();
    }
  }

  /**
   * 1/G sum_i clipped, of one ratio per completion, (pi(y) / pi_old(y))^(1/|y|): Zheng et al.,
   * arXiv 2507.18071, equations 5 and 7. What is rewarded is the completion, so what is clipped is
   * one.
   *
   * @param range epsilon 0.0003 below and 0.0004 above
   */
  record Gspo(ClipRange range) implements GrpoVariant {
    @Override
    public String name() {
      return "gspo";
    }

    @Override
    public PolicySurrogate surrogate() {
      return new PolicySurrogate.Clipped(range);
    }

    @Override
    public RatioLevel level() {
      return RatioLevel.SEQUENCE_MEAN;
    }

    @Override
    public TokenAverage average() {
      return new TokenAverage.OfSequenceMeans();
    }
  }

  /**
   * The token mean of {@link PolicySurrogate.Weighted}: arXiv 2506.13585.
   *
   * @param epsilonHigh largest weight, typical 5
   */
  record Cispo(double epsilonHigh) implements GrpoVariant {
    public Cispo {
      Requirements.positive("epsilon_high", epsilonHigh, "5 for cispo");
    }

    @Override
    public String name() {
      return "cispo";
    }

    @Override
    public PolicySurrogate surrogate() {
      return new PolicySurrogate.Weighted(epsilonHigh);
    }

    @Override
    public TokenAverage average() {
      return new TokenAverage.OfTokens();
    }
  }

  /**
   * The mean over completions of token means of {@link PolicySurrogate.Gated}: arXiv 2511.20347.
   *
   * @param gate how softly it closes
   */
  record Sapo(PolicySurrogate.Gated gate) implements GrpoVariant {
    @Override
    public String name() {
      return "sapo";
    }

    @Override
    public PolicySurrogate surrogate() {
      return gate;
    }

    @Override
    public TokenAverage average() {
      return new TokenAverage.OfSequenceMeans();
    }
  }
}
