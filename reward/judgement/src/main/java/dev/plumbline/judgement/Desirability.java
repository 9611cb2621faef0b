/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement;

/**
 * The belief about one candidate alone that several thumbs add up to.
 *
 * @param probDesirablePpm P(desirable), parts per million
 * @param weightPpm how much the belief counts, parts per million: the trust of all votes, but no
 *     more than that of one that counts fully
 */
public record Desirability(int probDesirablePpm, int weightPpm) {
  /** The belief of no votes: none, without weight. */
  public static final Desirability NONE = new Desirability(0, 0);

  /**
   * Returns the share of trust behind "desirable", rounded down.
   *
   * @param upPpm summed trust of the thumbs up
   * @param downPpm summed trust of the thumbs down
   */
  public static Desirability of(long upPpm, long downPpm) {
    if (upPpm < 0 || downPpm < 0) {
      throw new IllegalArgumentException(
          "summed trust must be at least 0, but was %d (up), %d (down)".formatted(upPpm, downPpm));
    }
    long total = upPpm + downPpm;
    return total == 0 ? NONE : new Desirability(Trust.shareOf(upPpm, total), Trust.weightOf(total));
  }
}
