/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward.attribute;

import dev.plumbline.base.settings.Setting;
import dev.plumbline.lm.AdamWConfig;
import dev.plumbline.lm.LoraConfig;
import org.jspecify.annotations.Nullable;

/**
 * How a controller learns from labelled texts.
 *
 * @param learningRate null for the default of the kind
 */
public record ControllerRecipe(
    @Setting(doc = "What kind of controller: head, class_conditional or lexicon.")
        ControllerKind controller,
    @Setting(doc = "Learning rate; default 0.02, of class_conditional 0.002, of lexicon 0.2.")
        @Nullable Double learningRate,
    @Setting(doc = "Decoupled weight decay.", defaultValue = "0", min = "0") double weightDecay,
    @Setting(doc = "Gradients are clipped to this norm.", defaultValue = "1", min = "0")
        double maxGradNorm,
    @Setting(doc = "Texts per optimizer step.", defaultValue = "32", min = "1", max = "4096")
        int perDeviceTrainBatchSize,
    @Setting(doc = "Passes over the texts.", defaultValue = "2", min = "1", max = "1000")
        int numTrainEpochs,
    @Setting(
            doc =
                "Longest text in tokens, of which the beginning is kept; at most what the model can read.",
            defaultValue = "128",
            min = "4")
        int maxLength,
    @Setting(
            doc = "class_conditional: rank of its two LoRA adapters.",
            defaultValue = "8",
            min = "1",
            max = "4096")
        int loraR,
    @Setting(
            doc = "class_conditional: numerator of LoRA's scaling.",
            defaultValue = "16",
            min = "0.000001")
        double loraAlpha,
    @Setting(
            doc =
                "class_conditional: what speaking like each class weighs against telling them apart.",
            defaultValue = "0.6",
            min = "0",
            max = "1")
        double generativeWeight,
    @Setting(
            doc =
                "class_conditional: log-odds per nat of the mean token's log-ratio, while it learns.",
            defaultValue = "10",
            min = "0.000001")
        double posteriorScale,
    @Setting(
            doc =
                "class_conditional: tokens that say nothing and count along, so that short beginnings say little.",
            defaultValue = "8",
            min = "0")
        double priorTokens,
    @Setting(
            doc = "lexicon: words that fewer texts have are left out.",
            defaultValue = "5",
            min = "1")
        int minTexts,
    @Setting(doc = "Seed of the first weights and of the order of texts.", defaultValue = "0")
        long seed) {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;

  /** The learning rate that is set, or that of the kind. */
  public double learningRateOrDefault() {
    if (learningRate != null) {
      return learningRate;
    }
    return switch (controller) {
      case HEAD -> 0.02;
      case CLASS_CONDITIONAL -> 0.002;
      case LEXICON -> 0.2;
    };
  }

  AdamWConfig adamW() {
    return new AdamWConfig(
        learningRateOrDefault(), BETA1, BETA2, EPSILON, weightDecay, maxGradNorm, 0);
  }

  LoraConfig lora() {
    return LoraConfig.of(loraR, loraAlpha);
  }
}
