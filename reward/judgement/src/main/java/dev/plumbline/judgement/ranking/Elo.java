/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement.ranking;

/**
 * Ratings that move with each game: r += k (outcome - 1 / (1 + 10^((r_other - r) / 400))). (A. Elo,
 * The rating of chessplayers, 1978; k = 4 and start 1000 as chatbot arenas use.)
 *
 * @param k largest change of a rating by one game
 */
public record Elo(double k) {
  /** Rating of one who has not played. */
  public static final double START = 1000;

  /** Change of rating that multiplies the odds of winning by ten. */
  public static final double SCALE = 400;

  /** How a game ended for the first player. */
  public enum Outcome {
    /** Won. */
    WON(1),
    /** Neither won. */
    DRAWN(0.5),
    /** Lost. */
    LOST(0);

    private final double points;

    Outcome(double points) {
      this.points = points;
    }
  }

  /** Returns by how much the first player's rating rises, and the second's falls. */
  public double change(double first, double second, Outcome outcome) {
    double expected = 1 / (1 + Math.pow(10, (second - first) / SCALE));
    return k * (outcome.points - expected);
  }

  /** Returns a {@link BradleyTerry} parameter as a rating. */
  public static double rating(double theta) {
    return START + SCALE * theta / Math.log(10);
  }
}
