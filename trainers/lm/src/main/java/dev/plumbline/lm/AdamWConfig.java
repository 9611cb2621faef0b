/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

/**
 * Settings of AdamW (arXiv 1711.05101).
 *
 * @param learningRate the largest: at the end of the warm-up
 * @param beta1 decay of the first moment
 * @param beta2 decay of the second moment
 * @param epsilon added to the root of the second moment
 * @param weightDecay decoupled decay, applied before the Adam update
 * @param maxGradNorm gradients are multiplied by min(1, maxGradNorm / (norm + 1e-6)); infinity
 *     never clips
 * @param warmupSteps w: the steps before the first that uses the whole learning rate
 * @param schedule how the learning rate rises over them, and falls after
 */
public record AdamWConfig(
    double learningRate,
    double beta1,
    double beta2,
    double epsilon,
    double weightDecay,
    double maxGradNorm,
    int warmupSteps,
    LearningRateSchedule schedule) {

  public AdamWConfig {
    if (!(learningRate > 0) || Double.isInfinite(learningRate)) {
      throw new IllegalArgumentException(
          "learning_rate must be positive, but was " + learningRate + " (typical: 1e-6 to 1e-3)");
    }
    requireDecay("adam_beta1", beta1);
    requireDecay("adam_beta2", beta2);
    if (!(epsilon > 0)) {
      throw new IllegalArgumentException("adam_epsilon must be positive, but was " + epsilon);
    }
    if (!(weightDecay >= 0)) {
      throw new IllegalArgumentException(
          "weight_decay must not be negative, but was " + weightDecay);
    }
    if (!(maxGradNorm > 0)) {
      throw new IllegalArgumentException(
          "max_grad_norm must be positive (infinity never clips), but was " + maxGradNorm);
    }
    if (warmupSteps < 0) {
      throw new IllegalArgumentException(
          "warmup_steps must not be negative, but was " + warmupSteps);
    }
    schedule.requireEndsAfter(warmupSteps);
  }

  /** A learning rate that stays after the warm-up. */
  public AdamWConfig(
      double learningRate,
      double beta1,
      double beta2,
      double epsilon,
      double weightDecay,
      double maxGradNorm,
      int warmupSteps) {
    this(
        learningRate,
        beta1,
        beta2,
        epsilon,
        weightDecay,
        maxGradNorm,
        warmupSteps,
        new LearningRateSchedule.Constant());
  }

  /** Betas 0.9 and 0.999, epsilon 1e-8, no weight decay, norm clipped at 1, no warm-up. */
  public static AdamWConfig of(double learningRate) {
    return new AdamWConfig(learningRate, 0.9, 0.999, 1e-8, 0, 1, 0);
  }

  /** The same with a learning rate that falls otherwise. */
  public AdamWConfig scheduled(LearningRateSchedule schedule) {
    return new AdamWConfig(
        learningRate, beta1, beta2, epsilon, weightDecay, maxGradNorm, warmupSteps, schedule);
  }

  /** Learning rate of a step, counted from 0. */
  public double learningRateAt(long step) {
    return learningRate * schedule.factor(step, warmupSteps);
  }

  private static void requireDecay(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(name + " must be in [0, 1), but was " + value);
    }
  }
}
