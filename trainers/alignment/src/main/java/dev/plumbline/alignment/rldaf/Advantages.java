/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.rldaf;

import java.util.ArrayList;
import java.util.List;

/**
 * What a token is better for than the same place in the batch's other rollouts.
 *
 * <pre>
 *   G_t = sum_{j &gt;= t} r_j,   A_t = (G_t - mean_i G_t^(i)) / scale
 * </pre>
 *
 * <p>The baseline at t is the mean, by weight, over the rollouts that have a token t, so that where
 * only the longest one goes on, its advantage is 0. There is no division by a standard deviation:
 * it would undo what the weights say about how much matters. Source: our reading.
 */
final class Advantages {
  private Advantages() {}

  /**
   * @param rewards per rollout, per token
   * @param weights of the rollouts; at least 0. Where all that have a token t weigh nothing, there
   *     is nothing to compare it with
   * @param scale positive
   */
  static List<double[]> of(List<double[]> rewards, double[] weights, double scale) {
    int longest = rewards.stream().mapToInt(ofRollout -> ofRollout.length).max().orElse(0);
    double[] sums = new double[longest];
    double[] counts = new double[longest];
    List<double[]> advantages = new ArrayList<>();
    for (int i = 0; i < rewards.size(); i++) {
      double[] returns = returns(rewards.get(i));
      for (int t = 0; t < returns.length; t++) {
        sums[t] += weights[i] * returns[t];
        counts[t] += weights[i];
      }
      advantages.add(returns);
    }
    for (double[] returns : advantages) {
      for (int t = 0; t < returns.length; t++) {
        returns[t] = counts[t] == 0 ? 0 : (returns[t] - sums[t] / counts[t]) / scale;
      }
    }
    return advantages;
  }

  private static double[] returns(double[] rewards) {
    double[] returns = rewards.clone();
    for (int t = returns.length - 2; t >= 0; t--) {
      returns[t] += returns[t + 1];
    }
    return returns;
  }
}
