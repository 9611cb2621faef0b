/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement.ranking;

/**
 * Candidates and annotators estimated together, one comparison at a time: X. Chen, P. Bennett, K.
 * Collins-Thompson, E. Horvitz, Pairwise ranking aggregation in a crowdsourced setting, WSDM 2013,
 * section 4, in the online form with closed updates. A candidate's parameter is normal; an
 * annotator says what Bradley-Terry's model would with probability eta, which is a beta variable,
 * and the opposite otherwise.
 */
public final class CrowdBradleyTerry {
  private static final double VARIANCE_FLOOR = 1e-4;
  private static final double ANNOTATOR_GAIN = 0.1;

  private CrowdBradleyTerry() {}

  /**
   * What is believed of an annotator.
   *
   * @param alpha of eta's beta distribution
   * @param beta of eta's beta distribution
   */
  public record Annotator(double alpha, double beta) {
    /** Mostly right: 10 to 1. */
    public static final Annotator NEWCOMER = new Annotator(10, 1);
  }

  /**
   * What is believed of a candidate.
   *
   * @param mean of its parameter
   * @param variance of its parameter
   */
  public record Candidate(double mean, double variance) {
    /** As good as any: mean 0, variance 1. */
    public static final Candidate NEWCOMER = new Candidate(0, 1);
  }

  /**
   * What is believed after a comparison.
   *
   * @param annotator who compared
   * @param winner the preferred candidate
   * @param loser the other one
   * @param probability that was given to this outcome before
   */
  public record Update(
      Annotator annotator, Candidate winner, Candidate loser, double probability) {}

  /** Returns what is believed after {@code annotator} preferred {@code winner}. */
  public static Update update(Annotator annotator, Candidate winner, Candidate loser) {
    double w = Math.exp(winner.mean());
    double l = Math.exp(loser.mean());
    double trusted = annotator.alpha() * w / (annotator.alpha() * w + annotator.beta() * l);
    double plain = w / (w + l);
    double pull = trusted - plain;
    double bend = trusted * (1 - trusted) - plain * (1 - plain);
    double right =
        plain + (winner.variance() + loser.variance()) * plain * (1 - plain) * (1 - 2 * plain) / 2;
    double a = annotator.alpha();
    double b = annotator.beta();
    double n = a + b;
    double probability = (right * a + (1 - right) * b) / n;
    double first = (right * (a + 1) * a + (1 - right) * a * b) / (probability * (n + 1) * n);
    double second =
        (right * (a + 2) * (a + 1) * a + (1 - right) * (a + 1) * a * b)
            / (probability * (n + 2) * (n + 1) * n);
    double variance = second - first * first;
    return new Update(
        new Annotator(
            (first - second) * first / variance, (first - second) * (1 - first) / variance),
        moved(winner, pull, bend),
        moved(loser, -pull, bend),
        probability);
  }

  /**
   * Returns how much a comparison of {@code one} and {@code other} by {@code annotator} would teach
   * on the mean: Kullback-Leibler divergence from what is believed now, in nats, of both
   * candidates, and a tenth of the annotator's.
   */
  public static double expectedGain(Annotator annotator, Candidate one, Candidate other) {
    Update first = update(annotator, one, other);
    Update second = update(annotator, other, one);
    double ifFirst =
        divergence(first.winner(), one)
            + divergence(first.loser(), other)
            + ANNOTATOR_GAIN * divergence(first.annotator(), annotator);
    double ifSecond =
        divergence(second.winner(), other)
            + divergence(second.loser(), one)
            + ANNOTATOR_GAIN * divergence(second.annotator(), annotator);
    return first.probability() * ifFirst + (1 - first.probability()) * ifSecond;
  }

  private static Candidate moved(Candidate candidate, double pull, double bend) {
    double variance = candidate.variance();
    return new Candidate(
        candidate.mean() + variance * pull,
        variance * Math.max(1 + variance * bend, VARIANCE_FLOOR));
  }

  private static double divergence(Candidate from, Candidate to) {
    double ratio = from.variance() / to.variance();
    double apart = from.mean() - to.mean();
    return apart * apart / (2 * to.variance()) + (ratio - 1 - Math.log(ratio)) / 2;
  }

  private static double divergence(Annotator from, Annotator to) {
    double sum = from.alpha() + from.beta();
    return Gamma.logBeta(to.alpha(), to.beta())
        - Gamma.logBeta(from.alpha(), from.beta())
        + (from.alpha() - to.alpha()) * Gamma.digamma(from.alpha())
        + (from.beta() - to.beta()) * Gamma.digamma(from.beta())
        + (to.alpha() - from.alpha() + to.beta() - from.beta()) * Gamma.digamma(sum);
  }
}
