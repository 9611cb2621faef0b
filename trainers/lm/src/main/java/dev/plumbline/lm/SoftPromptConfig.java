/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

/**
 * Size of a bank of soft prompts (arXiv 2104.08691): vectors in the embedding's space that stand in
 * front of a row.
 *
 * @param levels of the bank: level 0, which is no prompt at all, and one per soft prompt; at least
 *     2
 * @param vectors m of each soft prompt; at least 1, typical 5 to 20
 */
public record SoftPromptConfig(int levels, int vectors) {

  public SoftPromptConfig {
    if (levels < 2) {
      throw new IllegalArgumentException(
          "prompt_levels must be at least 2, level 0 being no prompt, but was %d (typical: 3)"
              .formatted(levels));
    }
    if (vectors < 1) {
      throw new IllegalArgumentException(
          "prompt_vectors must be at least 1, but was %d (typical: 5 to 20)".formatted(vectors));
    }
  }

  /** Number of soft prompts. */
  public int prompts() {
    return levels - 1;
  }
}
