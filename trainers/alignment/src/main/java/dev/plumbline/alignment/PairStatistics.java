/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

/**
 * What a pair objective sees of one pair. Log-probabilities are sums over the completion's tokens,
 * in nats.
 *
 * @param policyLogProbA log pi(a | prompt)
 * @param policyLogProbB log pi(b | prompt)
 * @param referenceLogProbA log pi_ref(a | prompt)
 * @param referenceLogProbB log pi_ref(b | prompt)
 * @param tokensA number of tokens of a
 * @param tokensB number of tokens of b
 * @param belief p, the probability that a is better, a tie counting half; in [0, 1]
 * @param weight w, what the pair counts for; at least 0
 */
public record PairStatistics(
    double policyLogProbA,
    double policyLogProbB,
    double referenceLogProbA,
    double referenceLogProbB,
    int tokensA,
    int tokensB,
    double belief,
    double weight) {

  public PairStatistics {
    EncodedPair.requireBelief(belief);
    EncodedPair.requireWeight(weight);
  }

  /** Returns log pi(a) - log pi_ref(a). */
  public double logRatioA() {
    return policyLogProbA - referenceLogProbA;
  }

  /** Returns log pi(b) - log pi_ref(b). */
  public double logRatioB() {
    return policyLogProbB - referenceLogProbB;
  }

  /** Returns the same pair with a and b in each other's place. */
  public PairStatistics swapped() {
    return new PairStatistics(
        policyLogProbB,
        policyLogProbA,
        referenceLogProbB,
        referenceLogProbA,
        tokensB,
        tokensA,
        1 - belief,
        weight);
  }
}
