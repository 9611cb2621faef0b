/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

/**
 * PPO's loss of a critic, which may leave its old answer only so far at a time.
 *
 * <pre>
 *   L(V) = 1/2 max((V - R)^2, (V_old + clip(V - V_old, -e, e) - R)^2)
 * </pre>
 *
 * <p>Symbols: V is what the critic says of a token, V_old what it said before the version learned,
 * R the return ({@link GeneralizedAdvantage#returns}). PPO takes the mean over tokens.
 *
 * <p>Source: Schulman et al., arXiv 1506.02438 and the code of arXiv 1707.06347; verl and TRL.
 *
 * <p>Limits: e = infinity is half the squared error. Where V is further from V_old than e and V is
 * closer to R than V_old, there is no gradient.
 *
 * <p>Worked number: V = 1, V_old = 0, R = 2, e = 0.2: max(1, 1.8^2) / 2 = 1.62, without gradient.
 *
 * @param range e, how far V may move; positive, typical 0.2
 */
public record ValueLoss(double range) {
  public ValueLoss {
    if (!(range > 0)) {
      throw new IllegalArgumentException(
          "cliprange_value must be positive, but was " + range + " (typical: 0.2)");
    }
  }

  /** L(V) of one token. */
  public Term term(double value, double oldValue, double target) {
    double free = value - target;
    double held = oldValue + Math.clamp(value - oldValue, -range, range) - target;
    boolean isHeld = held * held > free * free;
    boolean moves = Math.abs(value - oldValue) < range;
    return new Term(
        Math.max(free * free, held * held) / 2, isHeld ? (moves ? held : 0) : free, isHeld);
  }

  /**
   * The loss of one token.
   *
   * @param loss L(V)
   * @param derivative of it by V
   * @param isClipped whether the clipped term is the larger one
   */
  public record Term(double loss, double derivative, boolean isClipped) {}
}
