/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import dev.plumbline.alignment.objectives.DpoObjective;
import dev.plumbline.alignment.objectives.PairObjective;
import dev.plumbline.base.settings.Setting;
import dev.plumbline.base.settings.Settings;
import dev.plumbline.events.Identity;
import dev.plumbline.lm.AdamWConfig;
import dev.plumbline.lm.LoraConfig;
import dev.plumbline.lm.LoraScaling;
import dev.plumbline.lm.LoraVariant;
import dev.plumbline.lm.ModelIdentity;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a version's bytes depend on besides the feed and the base, under TRL's names
 * where TRL has one. A lineage keeps its learning settings; see {@link LaneSettings#allowChanged}.
 */
public record LearningSettings(
    @Setting(
            doc = "DPO's pull to the reference (typical: 0.1 to 0.5).",
            defaultValue = "0.1",
            min = "0.000001")
        double beta,
    @Setting(
            doc = "Assumed probability that a label is wrong.",
            defaultValue = "0",
            min = "0",
            max = "0.499999")
        double labelSmoothing,
    @Setting(doc = "AdamW's learning rate after the warm-up.", defaultValue = "0.00001", min = "0")
        double learningRate,
    @Setting(doc = "Decay of AdamW's first moment.", defaultValue = "0.9", min = "0", max = "1")
        double adamBeta1,
    @Setting(doc = "Decay of AdamW's second moment.", defaultValue = "0.999", min = "0", max = "1")
        double adamBeta2,
    @Setting(doc = "AdamW's epsilon.", defaultValue = "0.00000001", min = "0") double adamEpsilon,
    @Setting(doc = "Decoupled weight decay.", defaultValue = "0", min = "0") double weightDecay,
    @Setting(doc = "Gradients are clipped to this norm.", defaultValue = "1", min = "0")
        double maxGradNorm,
    @Setting(
            doc = "Optimizer steps over which the learning rate rises, once per lineage.",
            defaultValue = "0",
            min = "0")
        int warmupSteps,
    @Setting(
            doc =
                "How the learning rate moves after the warm-up; linear and cosine need max_steps.",
            defaultValue = "constant_with_warmup")
        LrSchedulerType lrSchedulerType,
    @Setting(
            doc =
                "Optimizer steps of a lineage after which a falling learning rate is 0: the lane goes on, but learns no more.",
            min = "1")
        @Nullable Integer maxSteps,
    @Setting(doc = "Pairs in memory at once.", defaultValue = "8", min = "1", max = "4096")
        int perDeviceTrainBatchSize,
    @Setting(
            doc =
                "Micro-batches per optimizer step; with the one above: the batch size of the loss.",
            defaultValue = "1",
            min = "1",
            max = "4096")
        int gradientAccumulationSteps,
    @Setting(
            doc = "Passes over the examples of a version.",
            defaultValue = "1",
            min = "1",
            max = "100")
        int numTrainEpochs,
    @Setting(
            doc = "Longest prompt with completion, in tokens; at most what the model can read.",
            defaultValue = "1024",
            min = "4")
        int maxLength,
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
            doc = "Scale by the root of the rank (rsLoRA) instead of the rank.",
            defaultValue = "false")
        boolean useRslora,
    @Setting(
            doc = "Learn each output's magnitude apart from its direction (DoRA).",
            defaultValue = "false")
        boolean useDora,
    @Setting(doc = "Seed of the adapter's first weights and of dropout.", defaultValue = "0")
        long seed,
    @Setting(doc = "Examples that make a version.", defaultValue = "64", min = "1", max = "1000000")
        int examplesPerVersion,
    @Setting(
            doc = "Newest held-out pairs that each version is scored on.",
            defaultValue = "256",
            min = "0",
            max = "100000")
        int evalExamples) {

  public LearningSettings {
    loraTargetModules = List.copyOf(loraTargetModules);
    lrSchedulerType.schedule(maxSteps).requireEndsAfter(warmupSteps);
  }

  /** N of the loss: pairs per optimizer step. */
  public int batchSize() {
    return perDeviceTrainBatchSize * gradientAccumulationSteps;
  }

  PairObjective objective() {
    return new DpoObjective(beta, labelSmoothing);
  }

  AdamWConfig adamW() {
    return new AdamWConfig(
        learningRate,
        adamBeta1,
        adamBeta2,
        adamEpsilon,
        weightDecay,
        maxGradNorm,
        warmupSteps,
        lrSchedulerType.schedule(maxSteps));
  }

  LoraConfig lora() {
    return LoraConfig.of(loraR, loraAlpha)
        .dropping(loraDropout)
        .targeting(isAllLinear() ? List.of() : loraTargetModules)
        .scaled(useRslora ? LoraScaling.BY_ROOT_RANK : LoraScaling.BY_RANK)
        .as(useDora ? LoraVariant.DORA : LoraVariant.LORA);
  }

  private boolean isAllLinear() {
    return loraTargetModules.equals(List.of("all-linear"));
  }

  /** Every setting by its name, as text, with the objective and the base's shape beside them. */
  Map<String, String> asMap(ModelIdentity base) {
    Map<String, String> map = new TreeMap<>();
    Settings.describe(this)
        .lines()
        .map(line -> line.split(" = ", 2))
        .forEach(entry -> map.put(entry[0], entry[1]));
    map.put("objective", objective().name());
    map.put("base_config_sha256", base.configSha256());
    return map;
  }

  /** What {@code config_hash} of a version record is: a digest of {@link #asMap}. */
  String hash(ModelIdentity base) {
    return Identity.hash(
        "learning-settings",
        asMap(base).entrySet().stream()
            .map(setting -> setting.getKey() + "=" + setting.getValue())
            .toArray(String[]::new));
  }
}
