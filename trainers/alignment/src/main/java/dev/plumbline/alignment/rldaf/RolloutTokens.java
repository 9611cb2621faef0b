/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.rldaf;

import dev.plumbline.reward.control.Requirement;
import java.util.List;

/**
 * What RLDAF reads of one rollout. Immutable.
 *
 * <p>Potentials say how far the text has come towards the attribute; what a token gains is the
 * difference of the potentials around it, so that gains telescope. A controller's potential is log
 * C, of the text before the first token and after each one. Judged completions have a potential of
 * 0 up to their end, where it is the feedback ({@link PairFeedback}).
 */
public final class RolloutTokens {
  private final double[] potentials;
  private final double attainment;
  private final double[] logProbs;
  private final double[] referenceLogProbs;
  private final double[] behaviourLogProbs;
  private final double[] divergences;
  private final double weight;

  private RolloutTokens(
      double[] potentials,
      double attainment,
      Model model,
      double[] behaviourLogProbs,
      double weight) {
    this.weight = weight;
    Requirement.atLeastZero("weight", weight, "1");
    this.potentials = potentials;
    this.attainment = attainment;
    this.logProbs = model.logProbs.clone();
    this.referenceLogProbs = model.referenceLogProbs.clone();
    this.divergences = model.divergences.clone();
    this.behaviourLogProbs = behaviourLogProbs.clone();
    int tokens = logProbs.length;
    if (tokens == 0) {
      throw new IllegalArgumentException("a rollout needs at least 1 token, but had none");
    }
    requireLength("reference log-probabilities", referenceLogProbs, tokens);
    requireLength("divergences", divergences, tokens);
    requireLength("behaviour log-probabilities", this.behaviourLogProbs, tokens);
    requireLength("potentials", potentials, tokens + 1);
    for (double[] values :
        List.of(potentials, logProbs, referenceLogProbs, divergences, this.behaviourLogProbs)) {
      for (double value : values) {
        Requirement.finite("what is said of a rollout's tokens", value);
      }
    }
    Requirement.prob("attainment", attainment);
  }

  /**
   * What the model says about each token now, under the prompt that acted on it when it was
   * generated.
   *
   * @param logProbs log pi_phi(y_t | s_t)
   * @param referenceLogProbs log pi_ref(y_t | x, y_&lt;t) of the frozen model without a prompt
   * @param divergences KL(pi_phi(. | s_t) || pi_ref), in nats
   */
  @SuppressWarnings("ArrayRecordComponent") // Read once, by the rollout that copies it.
  public record Model(double[] logProbs, double[] referenceLogProbs, double[] divergences) {}

  /**
   * A rollout under a controller; it attains C of its end.
   *
   * @param attributeLogProbs log C before the first token and after each one: one more than tokens
   * @param behaviourLogProbs log mu(y_t) of the distribution that the tokens were drawn from
   */
  public static RolloutTokens controlled(
      double[] attributeLogProbs, Model model, double[] behaviourLogProbs) {
    double end =
        attributeLogProbs.length == 0
            ? Double.NaN
            : attributeLogProbs[attributeLogProbs.length - 1];
    return new RolloutTokens(attributeLogProbs.clone(), Math.exp(end), model, behaviourLogProbs, 1);
  }

  /**
   * A completion that was judged as a whole.
   *
   * @param feedback potential of its end
   * @param attainment what it adds to the moving average that C(end) adds elsewhere; in [0, 1]
   */
  static RolloutTokens judged(
      double feedback, double attainment, Model model, double[] behaviourLogProbs) {
    double[] potentials = new double[model.logProbs.length + 1];
    potentials[model.logProbs.length] = feedback;
    return new RolloutTokens(potentials, attainment, model, behaviourLogProbs, 1);
  }

  /**
   * The same with another weight than 1.
   *
   * @param weight how many times it counts; at least 0
   */
  public RolloutTokens weighing(double weight) {
    return new RolloutTokens(
        potentials,
        attainment,
        new Model(logProbs, referenceLogProbs, divergences),
        behaviourLogProbs,
        weight);
  }

  /** How many times it counts. */
  public double weight() {
    return weight;
  }

  /** Number of tokens. */
  public int length() {
    return logProbs.length;
  }

  /** What token {@code t} adds to the potential. */
  public double gain(int t) {
    return potentials[t + 1] - potentials[t];
  }

  /** How much of the attribute the rollout attains, 0 to 1: C(end) under a controller. */
  public double attainment() {
    return attainment;
  }

  /** log pi_phi(y_t | s_t). */
  public double logProb(int t) {
    return logProbs[t];
  }

  /** log pi_ref(y_t | x, y_&lt;t). */
  public double referenceLogProb(int t) {
    return referenceLogProbs[t];
  }

  /** log mu(y_t). */
  public double behaviourLogProb(int t) {
    return behaviourLogProbs[t];
  }

  /** KL(pi_phi(. | s_t) || pi_ref), in nats. */
  public double divergence(int t) {
    return divergences[t];
  }

  private static void requireLength(String name, double[] values, int expected) {
    if (values.length != expected) {
      throw new IllegalArgumentException(
          "a rollout needs %d %s, but had %d".formatted(expected, name, values.length));
    }
  }
}
