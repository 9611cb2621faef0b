/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

/**
 * Which inputs of an adapted module a training step keeps: a pure function of the key, the module,
 * and each token with what it sees of its row.
 */
final class DropoutMasks {
  // Keeps the noise apart from other uses of the same seed.
  private static final long KEY = 0x44726F706F757421L; // "Dropout!"
  private static final int FEATURES_PER_BLOCK = 4;
  private static final int BLOCK_BITS = 20;
  private static final double TWO_POW_32 = 0x1.0p32;

  private DropoutMasks() {}

  /**
   * @param module number of the module in its family
   * @param prefixHashes per token
   * @param features width of the module's input
   * @return 1 where an input is kept, 0 where it is dropped: [tokens, features], row-major
   */
  static byte[] kept(
      DropoutKey key, int module, long[] prefixHashes, int features, double dropProbability) {
    byte[] kept = new byte[Math.multiplyExact(prefixHashes.length, features)];
    long dropBelow = Math.round(dropProbability * TWO_POW_32);
    for (int token = 0; token < prefixHashes.length; token++) {
      long row = prefixHashes[token];
      int offset = token * features;
      for (int from = 0; from < features; from += FEATURES_PER_BLOCK) {
        int stream = module << BLOCK_BITS | from / FEATURES_PER_BLOCK;
        int[] words =
            CounterNoise.block(key.seed() ^ KEY, (int) row, (int) (row >>> 32), key.step(), stream);
        int to = Math.min(features, from + FEATURES_PER_BLOCK);
        for (int i = from; i < to; i++) {
          kept[offset + i] = (byte) (Integer.toUnsignedLong(words[i - from]) < dropBelow ? 0 : 1);
        }
      }
    }
    return kept;
  }
}
