/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

/**
 * Random numbers as a pure function of a key and a counter: Philox4x32-10 (Salmon et al., "Parallel
 * random numbers: as easy as 1, 2, 3", SC 2011). No state, so any thread may draw any number in any
 * order and get the same one.
 *
 * <p>The seed is the 64-bit key. The 128-bit counter is (row: 64 bits, step: 32 bits, stream: 32
 * bits). A stream separates uses of one seed from each other.
 */
public final class CounterNoise {
  private static final int MULTIPLIER_0 = 0xD2511F53;
  private static final int MULTIPLIER_1 = 0xCD9E8D57;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;
  private static final int ROUNDS = 10;
  private static final double TWO_POW_MINUS_53 = 0x1.0p-53;

  private CounterNoise() {}

  /** A number in [0, 1) with 53 random bits. */
  public static double uniform(long seed, int stream, int step, long row) {
    return (bits(seed, stream, step, row) >>> 11) * TWO_POW_MINUS_53;
  }

  /** A standard normal number, by the Box-Muller transform of the block's two halves. */
  public static double normal(long seed, int stream, int step, long row) {
    int[] words = block(seed, (int) row, (int) (row >>> 32), step, stream);
    // 1 - u is in (0, 1]: its logarithm is finite.
    double radius = Math.sqrt(-2 * StrictMath.log(1 - unit(words[0], words[1])));
    return radius * StrictMath.cos(2 * Math.PI * unit(words[2], words[3]));
  }

  /** 64 random bits. */
  public static long bits(long seed, int stream, int step, long row) {
    int[] words = block(seed, (int) row, (int) (row >>> 32), step, stream);
    return join(words[0], words[1]);
  }

  /** The Philox4x32-10 block function: four words of counter to four words of noise. */
  static int[] block(long key, int c0, int c1, int c2, int c3) {
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    for (int round = 0; round < ROUNDS; round++) {
      long product0 = Integer.toUnsignedLong(MULTIPLIER_0) * Integer.toUnsignedLong(c0);
      long product1 = Integer.toUnsignedLong(MULTIPLIER_1) * Integer.toUnsignedLong(c2);
      int next0 = (int) (product1 >>> 32) ^ c1 ^ k0;
      int next2 = (int) (product0 >>> 32) ^ c3 ^ k1;
      c1 = (int) product1;
      c3 = (int) product0;
      c0 = next0;
      c2 = next2;
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
    return new int[] {c0, c1, c2, c3};
  }

  private static double unit(int low, int high) {
    return (join(low, high) >>> 11) * TWO_POW_MINUS_53;
  }

  private static long join(int low, int high) {
    return Integer.toUnsignedLong(low) | ((long) high << 32);
  }
}
