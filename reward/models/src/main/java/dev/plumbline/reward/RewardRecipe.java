/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward;

import dev.plumbline.base.settings.Setting;
import dev.plumbline.lm.AdamWConfig;
import dev.plumbline.lm.LoraConfig;
import java.util.List;

/**
 * How a reward model learns from pairs, whoever feeds it: a lane or a file. Names and meanings are
 * TRL's (RewardConfig), PEFT's and transformers' where they have them.
 */
public record RewardRecipe(
    @Setting(
            doc =
                "What scores far from 0 cost: centring, which differences alone don't give (typical: 0.01; 0 is off).",
            defaultValue = "0",
            min = "0")
        double centerRewardsCoefficient,
    @Setting(doc = "AdamW's learning rate.", defaultValue = "0.0001", min = "0")
        double learningRate,
    @Setting(doc = "Decoupled weight decay.", defaultValue = "0", min = "0") double weightDecay,
    @Setting(doc = "Gradients are clipped to this norm.", defaultValue = "1", min = "0")
        double maxGradNorm,
    @Setting(
            doc = "Optimizer steps over which the learning rate rises.",
            defaultValue = "0",
            min = "0")
        int warmupSteps,
    @Setting(doc = "Pairs in memory at once.", defaultValue = "8", min = "1", max = "4096")
        int perDeviceTrainBatchSize,
    @Setting(
            doc =
                "Micro-batches per optimizer step; with the one above: the batch size of the loss.",
            defaultValue = "1",
            min = "1",
            max = "4096")
        int gradientAccumulationSteps,
    @Setting(doc = "Passes over the pairs.", defaultValue = "1", min = "1", max = "1000")
        int numTrainEpochs,
    @Setting(
            doc = "Longest prompt with completion, in tokens; at most what the model can read.",
            defaultValue = "1024",
            min = "4")
        int maxLength,
    @Setting(
            doc =
                "Learn a LoRA adapter below the head; false: the head alone, on the model as it is.",
            defaultValue = "true")
        boolean usePeft,
    @Setting(doc = "Rank of the LoRA adapter.", defaultValue = "16", min = "1", max = "4096")
        int loraR,
    @Setting(doc = "Numerator of LoRA's scaling.", defaultValue = "32", min = "0.000001")
        double loraAlpha,
    @Setting(
            doc = "Modules that LoRA adapts; empty or all-linear: every linear one.",
            defaultValue = "")
        List<String> loraTargetModules,
    @Setting(
            doc =
                "Probability of dropping an input of the adapter in learning (typical: 0 to 0.1).",
            defaultValue = "0",
            min = "0",
            max = "0.999")
        double loraDropout,
    @Setting(
            doc = "Reward models that learn beside each other, each from a seed of its own.",
            defaultValue = "1",
            min = "1",
            max = "64")
        int ensembleSize,
    @Setting(
            doc =
                "Seed of the first weights, of dropout and of the order of pairs; member m of an ensemble has seed + m.",
            defaultValue = "0")
        long seed) {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;

  public RewardRecipe {
    loraTargetModules = List.copyOf(loraTargetModules);
  }

  /** N of the loss: pairs per optimizer step. */
  public int batchSize() {
    return perDeviceTrainBatchSize * gradientAccumulationSteps;
  }

  /** The same with another seed: a member's. */
  public RewardRecipe seeded(long seed) {
    return new RewardRecipe(
        centerRewardsCoefficient,
        learningRate,
        weightDecay,
        maxGradNorm,
        warmupSteps,
        perDeviceTrainBatchSize,
        gradientAccumulationSteps,
        numTrainEpochs,
        maxLength,
        usePeft,
        loraR,
        loraAlpha,
        loraTargetModules,
        loraDropout,
        ensembleSize,
        seed);
  }

  /** What a reward model of this recipe learns by. */
  public RewardPlan plan() {
    return new RewardPlan(
        new BradleyTerryLoss(centerRewardsCoefficient),
        new AdamWConfig(learningRate, BETA1, BETA2, EPSILON, weightDecay, maxGradNorm, warmupSteps),
        usePeft ? lora() : null,
        batchSize(),
        perDeviceTrainBatchSize,
        seed);
  }

  private LoraConfig lora() {
    boolean all = loraTargetModules.equals(List.of("all-linear"));
    return LoraConfig.of(loraR, loraAlpha)
        .dropping(loraDropout)
        .targeting(all ? List.of() : loraTargetModules);
  }
}
