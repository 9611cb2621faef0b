/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

/**
 * The reward that a policy gives a completion by having moved towards it, or away from it.
 *
 * @param value as the objective defines it
 * @param ofDivergence the part of it that comes from the divergence along the way; 0 for all but
 *     TDPO
 */
public record ImplicitReward(double value, double ofDivergence) {

  /** A reward that is a (scaled) log-ratio. */
  public static ImplicitReward of(double value) {
    return new ImplicitReward(value, 0);
  }

  /** The reward without the divergence: beta times the log-ratio. */
  public double withoutDivergence() {
    return value - ofDivergence;
  }
}
