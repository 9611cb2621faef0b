/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.family;

/** The number in a weight's name that says which block it is of. */
final class Blocks {
  private Blocks() {}

  /**
   * @param prefix of the names of all blocks, before the number
   * @return -1 when the weight belongs to no block
   */
  static int index(String prefix, String weight) {
    if (!weight.startsWith(prefix)) {
      return -1;
    }
    return Integer.parseInt(
        weight.substring(prefix.length(), weight.indexOf('.', prefix.length())));
  }

  /** Where a weight enters: see {@link ModelFamily#depthOf}. */
  static int depth(String weight, String prefix, int blocks, String... embeddings) {
    for (String embedding : embeddings) {
      if (weight.startsWith(embedding + ".")) {
        return -1;
      }
    }
    int block = index(prefix, weight);
    return block < 0 ? blocks : block;
  }
}
