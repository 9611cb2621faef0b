/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.rldaf;

/** {@link TokenReward#klShaped}. One value, so that equal settings make equal objectives. */
enum KlShaped implements TokenReward {
  INSTANCE;

  @Override
  public double of(
      double attributeGain, double logProb, double referenceLogProb, double attributeWeight) {
    return attributeWeight * attributeGain - (1 - attributeWeight) * (logProb - referenceLogProb);
  }
}
