/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.pocket;

import dev.plumbline.lm.CounterNoise;
import java.util.ArrayList;
import java.util.List;

/**
 * The random choices of one text, in order: the n-th choice is a function of (seed, text number,
 * n), so that any text can be made without making the ones before it. Used by one thread.
 */
final class Draw {
  /** Keeps these choices apart from every other use of the same seed. */
  private static final int STREAM = 0x504F434B;

  private final long seed;
  private final long text;
  private int choices;

  Draw(long seed, long text) {
    this.seed = seed;
    this.text = text;
  }

  double uniform() {
    return CounterNoise.uniform(seed, STREAM, choices++, text);
  }

  boolean chance(double prob) {
    return uniform() < prob;
  }

  <T> T from(List<T> options) {
    return options.get((int) (uniform() * options.size()));
  }

  /** Some of the options, without repetition, in the order drawn. */
  <T> List<T> several(int count, List<T> options) {
    List<T> left = new ArrayList<>(options);
    List<T> drawn = new ArrayList<>(count);
    while (drawn.size() < count) {
      drawn.add(left.remove((int) (uniform() * left.size())));
    }
    return drawn;
  }
}
