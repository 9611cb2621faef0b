/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import dev.plumbline.lm.Statistic;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/**
 * Derivatives of one example's loss with respect to what the model said about one completion: per
 * statistic and completion token, one number for the log-probability of every prompt label, and
 * those by what a critic said of each token. What isn't mentioned has derivative 0. Immutable.
 */
public final class TokenDerivatives {
  private static final TokenDerivatives NONE = new TokenDerivatives(Map.of(), 0, new double[0]);

  private final Map<Statistic, double[]> values;
  private final double promptLogProb;
  private final double[] critic;

  private TokenDerivatives(Map<Statistic, double[]> values, double promptLogProb, double[] critic) {
    this.values = values;
    this.promptLogProb = promptLogProb;
    this.critic = critic;
  }

  /** The loss doesn't depend on this completion. */
  public static TokenDerivatives none() {
    return NONE;
  }

  /** Derivatives by one statistic. */
  public static TokenDerivatives of(Statistic statistic, double[] perToken) {
    if (!statistic.hasDerivative()) {
      throw new IllegalArgumentException(statistic + " has no derivative");
    }
    return new TokenDerivatives(Map.of(statistic, perToken.clone()), 0, new double[0]);
  }

  /** The same derivative by the log-probability of each prompt label. */
  public static TokenDerivatives ofPrompt(double derivative) {
    return new TokenDerivatives(Map.of(), derivative, new double[0]);
  }

  /** The derivatives by what a critic said of each token. */
  public static TokenDerivatives ofCritic(double[] perToken) {
    return new TokenDerivatives(Map.of(), 0, perToken.clone());
  }

  /** Statistics that the loss depends on. */
  public Set<Statistic> statistics() {
    return Set.copyOf(values.keySet());
  }

  /** The derivative by a statistic of completion token {@code t}. */
  public double value(Statistic statistic, int t) {
    double[] perToken = values.get(statistic);
    return perToken == null ? 0 : perToken[t];
  }

  /** The derivative by the log-probability of each label of the prompt. */
  public double promptLogProb() {
    return promptLogProb;
  }

  /** The derivative by what the critic said of completion token {@code t}. */
  public double critic(int t) {
    return critic.length == 0 ? 0 : critic[t];
  }

  /** Derivatives of the sum of two losses. */
  public TokenDerivatives plus(TokenDerivatives other) {
    Map<Statistic, double[]> sums = new EnumMap<>(Statistic.class);
    sums.putAll(values);
    other.values.forEach((statistic, more) -> sums.merge(statistic, more, TokenDerivatives::sum));
    return new TokenDerivatives(
        sums,
        promptLogProb + other.promptLogProb,
        critic.length == 0
            ? other.critic
            : other.critic.length == 0 ? critic : sum(critic, other.critic));
  }

  /** Derivatives of the loss multiplied by a constant. */
  public TokenDerivatives times(double factor) {
    Map<Statistic, double[]> products = new EnumMap<>(Statistic.class);
    values.forEach((statistic, perToken) -> products.put(statistic, product(perToken, factor)));
    return new TokenDerivatives(products, factor * promptLogProb, product(critic, factor));
  }

  private static double[] product(double[] values, double factor) {
    double[] product = values.clone();
    for (int t = 0; t < product.length; t++) {
      product[t] *= factor;
    }
    return product;
  }

  private static double[] sum(double[] a, double[] b) {
    double[] sum = a.clone();
    for (int t = 0; t < sum.length; t++) {
      sum[t] += b[t];
    }
    return sum;
  }

  static boolean equal(Map<Statistic, double[]> one, Map<Statistic, double[]> other) {
    return one.keySet().equals(other.keySet())
        && one.keySet().stream()
            .allMatch(statistic -> Arrays.equals(one.get(statistic), other.get(statistic)));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TokenDerivatives derivatives
        && promptLogProb == derivatives.promptLogProb
        && Arrays.equals(critic, derivatives.critic)
        && equal(values, derivatives.values);
  }

  @Override
  public int hashCode() {
    return Double.hashCode(promptLogProb) + values.keySet().hashCode();
  }
}
