/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import dev.plumbline.lm.Statistic;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/**
 * What the model says about one completion, token by token, and the sums that objectives read.
 *
 * <p>Each token has a weight, 1 unless span marks say otherwise. Sums count a token by its weight:
 * log pi(y) = sum_t v_t log pi(y_t), and the length is sum_t v_t. Immutable.
 */
public final class CompletionStatistics {
  private final Map<Statistic, double[]> values;
  private final double[] tokenWeights;
  private final double[] promptLogProbs;
  private final CompletionOrigin origin;
  private final double[] critic;
  private final double[] samplerLogProbs;

  private CompletionStatistics(
      Map<Statistic, double[]> values,
      double[] tokenWeights,
      double[] promptLogProbs,
      CompletionOrigin origin,
      double[] critic,
      double[] samplerLogProbs) {
    this.values = values;
    this.tokenWeights = tokenWeights;
    this.promptLogProbs = promptLogProbs;
    this.origin = origin;
    this.critic = critic;
    this.samplerLogProbs = samplerLogProbs;
  }

  /**
   * @param values per statistic, per completion token; at least one token
   * @throws IllegalArgumentException when there is no token: an empty completion has neither a mean
   *     nor anything to learn
   */
  public static CompletionStatistics of(Map<Statistic, double[]> values) {
    Map<Statistic, double[]> copies = new EnumMap<>(Statistic.class);
    values.forEach((statistic, perToken) -> copies.put(statistic, perToken.clone()));
    int tokens = copies.values().stream().mapToInt(v -> v.length).max().orElse(0);
    if (tokens == 0 || copies.values().stream().anyMatch(v -> v.length != tokens)) {
      throw new IllegalArgumentException(
          "a completion needs the same number of tokens, at least 1, in each statistic, but %s"
              .formatted(
                  copies.isEmpty()
                      ? "had no statistic"
                      : "had " + copies.values().stream().map(v -> v.length).toList()));
    }
    double[] ones = new double[tokens];
    Arrays.fill(ones, 1);
    return new CompletionStatistics(
        copies, ones, new double[0], CompletionOrigin.UNKNOWN, new double[0], new double[0]);
  }

  /** The same with each token's weight multiplied. */
  public CompletionStatistics weighted(double[] factors) {
    if (factors.length != tokenWeights.length) {
      throw new IllegalArgumentException(
          "one weight per token expected, but %d tokens had %d"
              .formatted(tokenWeights.length, factors.length));
    }
    double[] products = new double[factors.length];
    double sum = 0;
    for (int t = 0; t < products.length; t++) {
      if (!(factors[t] >= 0) || Double.isInfinite(factors[t])) {
        throw new IllegalArgumentException(
            "token weights must be at least 0, but weight %d was %s".formatted(t, factors[t]));
      }
      products[t] = tokenWeights[t] * factors[t];
      sum += products[t];
    }
    if (sum == 0) {
      throw new IllegalArgumentException("token weights must not all be 0");
    }
    return new CompletionStatistics(
        values, products, promptLogProbs, origin, critic, samplerLogProbs);
  }

  /** The same with the policy's log-probabilities of the prompt's labels. */
  public CompletionStatistics after(double[] promptLogProbs) {
    return new CompletionStatistics(
        values, tokenWeights, promptLogProbs.clone(), origin, critic, samplerLogProbs);
  }

  /** The same, told who made it. */
  public CompletionStatistics from(CompletionOrigin origin) {
    return new CompletionStatistics(
        values, tokenWeights, promptLogProbs, origin, critic, samplerLogProbs);
  }

  /**
   * The same with what a critic says.
   *
   * @param critic V_t per token: what it expects before the token
   */
  public CompletionStatistics criticised(double[] critic) {
    if (critic.length != tokenWeights.length) {
      throw new IllegalArgumentException(
          "one value per token expected, but %d tokens had %d"
              .formatted(tokenWeights.length, critic.length));
    }
    return new CompletionStatistics(
        values, tokenWeights, promptLogProbs, origin, critic.clone(), samplerLogProbs);
  }

  /**
   * The same, told what its tokens were drawn from.
   *
   * @param samplerLogProbs log mu of each token, in nats; empty where unknown
   */
  public CompletionStatistics sampled(double[] samplerLogProbs) {
    Requirements.emptyOr("the sampler's log-probabilities", samplerLogProbs.length, tokens());
    return new CompletionStatistics(
        values, tokenWeights, promptLogProbs, origin, critic, samplerLogProbs.clone());
  }

  /** The statistics at hand. */
  public Set<Statistic> statistics() {
    return Set.copyOf(values.keySet());
  }

  /** A statistic of all completion tokens. */
  double[] values(Statistic statistic) {
    return perToken(statistic).clone();
  }

  /** Whether it is known what its tokens were drawn from. */
  boolean hasSampler() {
    return samplerLogProbs.length > 0;
  }

  /** log mu of each token, in nats; empty where unknown. */
  double[] samplerLogProbs() {
    return samplerLogProbs.clone();
  }

  /** log pi(y) - log mu(y), every token counting alike. */
  double logBySampler() {
    double[] logProbs = perToken(Statistic.LOG_PROB);
    double sum = 0;
    for (int t = 0; t < logProbs.length; t++) {
      sum += logProbs[t] - samplerLogProbs[t];
    }
    return sum;
  }

  /** A statistic of completion token {@code t}. */
  public double value(Statistic statistic, int t) {
    return perToken(statistic)[t];
  }

  /**
   * What the critic says of each token.
   *
   * @throws IllegalStateException when no critic was asked
   */
  public double[] critic() {
    if (critic.length == 0) {
      throw new IllegalStateException("no critic was asked about this completion");
    }
    return critic.clone();
  }

  /** Number of tokens, whatever their weight. */
  public int tokens() {
    return tokenWeights.length;
  }

  /** Weight of completion token {@code t}. */
  public double tokenWeight(int t) {
    return tokenWeights[t];
  }

  public CompletionOrigin origin() {
    return origin;
  }

  /** Sum of the token weights: the number of tokens unless some are weighted. */
  public double length() {
    double sum = 0;
    for (double weight : tokenWeights) {
      sum += weight;
    }
    return sum;
  }

  /** Weighted sum of a statistic over the tokens. */
  public double sum(Statistic statistic) {
    double[] perToken = perToken(statistic);
    double sum = 0;
    for (int t = 0; t < perToken.length; t++) {
      sum += tokenWeights[t] * perToken[t];
    }
    return sum;
  }

  /** log pi(y | prompt), in nats. */
  public double logProb() {
    return sum(Statistic.LOG_PROB);
  }

  /** log pi_ref(y | prompt), in nats. */
  public double referenceLogProb() {
    return sum(Statistic.REFERENCE_LOG_PROB);
  }

  /** log pi(y | prompt) - log pi_ref(y | prompt). */
  public double logRatio() {
    return logProb() - referenceLogProb();
  }

  /** Number of the prompt's labels that were asked about. */
  public int promptLabels() {
    return promptLogProbs.length;
  }

  /** Sum of the policy's log-probabilities of the prompt's labels. */
  public double promptLogProb() {
    double sum = 0;
    for (double logProb : promptLogProbs) {
      sum += logProb;
    }
    return sum;
  }

  /** Derivatives of a loss that depends on {@link #sum} of a statistic alone. */
  public TokenDerivatives derivatives(Statistic statistic, double ofSum) {
    double[] perToken = new double[tokenWeights.length];
    for (int t = 0; t < perToken.length; t++) {
      perToken[t] = ofSum * tokenWeights[t];
    }
    return TokenDerivatives.of(statistic, perToken);
  }

  private double[] perToken(Statistic statistic) {
    double[] found = values.get(statistic);
    if (found == null) {
      throw new IllegalArgumentException(
          "%s was not asked for; the statistics at hand are %s"
              .formatted(statistic, values.keySet()));
    }
    return found;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CompletionStatistics completion
        && origin == completion.origin
        && Arrays.equals(tokenWeights, completion.tokenWeights)
        && Arrays.equals(promptLogProbs, completion.promptLogProbs)
        && Arrays.equals(critic, completion.critic)
        && Arrays.equals(samplerLogProbs, completion.samplerLogProbs)
        && TokenDerivatives.equal(values, completion.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(tokenWeights) + values.keySet().hashCode();
  }

  @Override
  public String toString() {
    return "CompletionStatistics[tokens=%d, statistics=%s, origin=%s]"
        .formatted(tokens(), values.keySet(), origin);
  }
}
