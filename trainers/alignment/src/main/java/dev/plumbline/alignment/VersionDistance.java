/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

/**
 * What becomes of an example whose completions an old version of the policy wrote. The loss of a
 * pair is valid for completions by anybody; what goes stale is that they show what the policy does
 * today.
 */
public sealed interface VersionDistance {
  /**
   * What to do with an example.
   *
   * @param distance versions published since the one that wrote the older completion; 0 is the
   *     current one, and completions by no version of the policy are at distance 0
   */
  Verdict judge(long distance);

  /** What to do with an example. */
  sealed interface Verdict {
    /**
     * Learn from it.
     *
     * @param factor on its weight; in (0, 1]
     */
    record Learn(double factor) implements Verdict {}

    /** Don't learn from it now; it stays in the feed. */
    record Park() implements Verdict {}
  }

  /** Every example counts in full. */
  record Accept() implements VersionDistance {
    @Override
    public Verdict judge(long distance) {
      requireDistance(distance);
      return new Verdict.Learn(1);
    }
  }

  /**
   * An example counts {@code decay} to the power of its distance.
   *
   * @param decay in (0, 1]
   */
  record Weigh(double decay) implements VersionDistance {
    public Weigh {
      if (!(decay > 0 && decay <= 1)) {
        throw new IllegalArgumentException("decay must be in (0, 1], but was " + decay);
      }
    }

    @Override
    public Verdict judge(long distance) {
      requireDistance(distance);
      return new Verdict.Learn(Math.pow(decay, (double) distance));
    }
  }

  /**
   * An example counts in full up to a distance, and is parked beyond it.
   *
   * @param maxDistance at least 0
   */
  record Bound(long maxDistance) implements VersionDistance {
    public Bound {
      requireDistance(maxDistance);
    }

    @Override
    public Verdict judge(long distance) {
      requireDistance(distance);
      return distance <= maxDistance ? new Verdict.Learn(1) : new Verdict.Park();
    }
  }

  private static void requireDistance(long distance) {
    if (distance < 0) {
      throw new IllegalArgumentException(
          "a version distance must be at least 0, but was " + distance);
    }
  }
}
