/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement;

/**
 * One vote and how far its annotator is believed.
 *
 * @param verdict what was said
 * @param trustPpm how much the vote counts, 0 to {@link Trust#FULL_PPM}
 * @param reliabilityPpm P(right | two equally likely answers), parts per million, 500000 at chance
 * @param <V> kind of verdict
 */
public record Believed<V>(V verdict, int trustPpm, int reliabilityPpm) {
  private static final int CHANCE_PPM = 500_000;

  public Believed {
    Trust.requirePpm(trustPpm);
    if (reliabilityPpm < CHANCE_PPM || reliabilityPpm > Trust.FULL_PPM) {
      throw new IllegalArgumentException(
          "reliability must lie in 500000 to 1000000 parts per million, but was " + reliabilityPpm);
    }
  }

  /** Returns the share of answers that are known, not guessed, in ppm. */
  int knownPpm() {
    return 2 * (reliabilityPpm - CHANCE_PPM);
  }
}
