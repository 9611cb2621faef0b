/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.rldaf;

import dev.plumbline.base.settings.Setting;
import dev.plumbline.reward.control.GeometricMean;
import dev.plumbline.reward.control.PromptControl;
import dev.plumbline.reward.control.Requirement;
import dev.plumbline.reward.control.ResidualControl;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * RLDAF's settings. All defaults are our reading: the paper's constants are not known.
 *
 * @param learningRate null for the default of what is trained: {@link #learningRateOrDefault}
 */
public record RldafSettings(
    @Setting(doc = "How the controller moves the prompt: bank or gradient.", defaultValue = "bank")
        ControlForm controlForm,
    @Setting(
            doc =
                "Where the controller's probability changes the bank's level, falling; empty: no prompt.",
            defaultValue = "0.8,0.4")
        List<Double> bankThresholds,
    @Setting(
            doc = "Descents of the prompt before each token, with gradient.",
            defaultValue = "1",
            min = "1",
            max = "20")
        int gradientSteps,
    @Setting(doc = "Length of each descent, with gradient.", defaultValue = "0.05")
        double gradientStepSize,
    @Setting(
            doc = "What the moved prompt's divergence from the unmoved one weighs, with gradient.",
            defaultValue = "0.01")
        double promptKlWeight,
    @Setting(
            doc = "Share of the moved distribution in the geometric mean with the unmoved; 1: off.",
            defaultValue = "1",
            max = "1")
        double movedWeight,
    @Setting(
            doc = "What log C counts for in the next token's logit; 0: only the prompt controls.",
            defaultValue = "1",
            min = "0")
        double controlLambda,
    @Setting(doc = "Vectors of a soft prompt.", defaultValue = "10", min = "1", max = "1000")
        int promptVectors,
    @Setting(doc = "What is trained: prompt, bias, lora.", defaultValue = "prompt,bias")
        List<TrainedPart> trainedParts,
    @Setting(doc = "Rank of the LoRA adapter on the last block.", defaultValue = "8", min = "1")
        int loraRank,
    @Setting(doc = "Adam's learning rate; default 0.01, with lora 0.0001.")
        @Nullable Double learningRate,
    @Setting(doc = "Gradients are clipped to this norm.", defaultValue = "1") double maxGradNorm,
    @Setting(doc = "Importance weights are cut to this.", defaultValue = "2")
        double largestImportanceWeight,
    @Setting(
            doc = "What the attribute weighs at first; fluency weighs the rest.",
            defaultValue = "0.8")
        double attributeWeight,
    @Setting(doc = "How fast the weights adjust; 0: not at all.", defaultValue = "0.3", min = "0")
        double adjustmentRate,
    @Setting(doc = "What the moving averages keep at each update.", defaultValue = "0.9", min = "0")
        double averaging,
    @Setting(doc = "The mean C(end) to reach.", defaultValue = "0.99", min = "0", max = "1")
        double targetAttainment,
    @Setting(
            doc = "KL from the reference that costs no weight, in nats per token.",
            defaultValue = "0.15")
        double targetDivergence) {

  /** The two forms of {@link PromptControl}, by name. */
  public enum ControlForm {
    BANK,
    GRADIENT
  }

  /**
   * @throws IllegalArgumentException when a part refuses its settings
   */
  public RldafSettings {
    bankThresholds = List.copyOf(bankThresholds);
    trainedParts = List.copyOf(trainedParts);
    if (trainedParts.isEmpty() || trainedParts.size() != trainedParts.stream().distinct().count()) {
      throw new IllegalArgumentException(
          "trained_parts must name at least one of prompt, bias and lora, each once, but was "
              + trainedParts);
    }
    if (learningRate != null) {
      Requirement.positive("learning_rate", learningRate, "0.01, with lora 0.0001");
    }
    Requirement.positive("max_grad_norm", maxGradNorm, "1");
    new PromptControl.Bank(bankThresholds);
    new PromptControl.Gradient(gradientSteps, gradientStepSize, promptKlWeight);
    new ResidualControl(controlLambda);
    new GeometricMean(movedWeight);
    rldaf(
        attributeWeight,
        adjustmentRate,
        averaging,
        targetAttainment,
        targetDivergence,
        largestImportanceWeight);
  }

  /** How the controller moves the prompt. */
  public PromptControl promptControl() {
    return switch (controlForm) {
      case BANK -> new PromptControl.Bank(bankThresholds);
      case GRADIENT -> new PromptControl.Gradient(gradientSteps, gradientStepSize, promptKlWeight);
    };
  }

  /** The residual logit term. */
  public ResidualControl residualControl() {
    return new ResidualControl(controlLambda);
  }

  /** The mean with the unmoved distribution. */
  public GeometricMean geometricMean() {
    return new GeometricMean(movedWeight);
  }

  /** The update, with the {@linkplain TokenReward#klShaped KL-shaped reward}. */
  public Rldaf rldaf() {
    return rldaf(
        attributeWeight,
        adjustmentRate,
        averaging,
        targetAttainment,
        targetDivergence,
        largestImportanceWeight);
  }

  /** The learning rate that is set, or 1e-2, or 1e-4 where an adapter is trained. */
  public double learningRateOrDefault() {
    if (learningRate != null) {
      return learningRate;
    }
    return trainedParts.contains(TrainedPart.LORA) ? 1e-4 : 1e-2;
  }

  private static Rldaf rldaf(
      double attributeWeight,
      double adjustmentRate,
      double averaging,
      double targetAttainment,
      double targetDivergence,
      double largestImportanceWeight) {
    return new Rldaf(
        TokenReward.klShaped(),
        new WeightAdjustment(
            attributeWeight, adjustmentRate, averaging, targetAttainment, targetDivergence),
        largestImportanceWeight);
  }
}
