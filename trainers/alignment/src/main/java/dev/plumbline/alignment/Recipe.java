/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import dev.plumbline.alignment.objectives.Objective;
import dev.plumbline.alignment.objectives.RewardObjective;
import dev.plumbline.alignment.objectives.RldafObjective;
import dev.plumbline.alignment.rldaf.TrainedPart;
import dev.plumbline.base.settings.Inlined;
import dev.plumbline.base.settings.Setting;
import dev.plumbline.base.settings.Settings;
import dev.plumbline.lm.Activations;
import dev.plumbline.lm.AdamWConfig;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.ControlAdapter;
import dev.plumbline.lm.ControlConfig;
import dev.plumbline.lm.LoraConfig;
import dev.plumbline.lm.LoraScaling;
import dev.plumbline.lm.LoraVariant;
import dev.plumbline.lm.ModelIdentity;
import dev.plumbline.lm.SoftPromptConfig;
import dev.plumbline.lm.family.ModelConfig;
import dev.plumbline.reward.control.ControlSettings;
import dev.plumbline.reward.control.ControlSettings.ControlForm;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How a policy learns from examples, whoever feeds it: a lane or a file. Names and meanings are
 * TRL's, PEFT's and transformers' where they have them.
 */
public record Recipe(
    @Inlined ObjectiveSettings loss,
    @Inlined ControlSettings control,
    @Setting(
            doc =
                "What of the policy learns, apart from a model's own weights: prompt (RLDAF's soft prompts), bias (of the output), lora. Empty: lora; of rldaf prompt and bias, of rldaf_pair bias.",
            defaultValue = "")
        List<TrainedPart> trainedParts,
    @Setting(doc = "RLDAF: vectors of a soft prompt.", defaultValue = "10", min = "1", max = "1000")
        int promptVectors,
    @Setting(
            doc =
                "AdamW's learning rate after the warm-up (default: 0.00001; of rldaf and rldaf_pair 0.01, of lora alone 0.0001; of bradley_terry 0.0001).",
            min = "0")
        @Nullable Double learningRate,
    @Setting(
            doc =
                "LoRA's learning rate where prompts or a bias learn beside it (default: learning_rate; of rldaf and rldaf_pair a hundredth of it).",
            min = "0")
        @Nullable Double loraLearningRate,
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
            doc = "How the learning rate moves after the warm-up; linear and cosine fall to 0.",
            defaultValue = "constant_with_warmup")
        LrSchedulerType lrSchedulerType,
    @Setting(
            doc =
                "Optimizer steps after which a falling learning rate is 0. A lane, which has no end, needs it with linear and cosine, and learns nothing after it; train stops there.",
            min = "1")
        @Nullable Integer maxSteps,
    @Setting(doc = "Examples in memory at once.", defaultValue = "8", min = "1", max = "4096")
        int perDeviceTrainBatchSize,
    @Setting(
            doc =
                "Micro-batches per optimizer step; with the one above: the batch size of the loss.",
            defaultValue = "1",
            min = "1",
            max = "4096")
        int gradientAccumulationSteps,
    @Setting(
            doc = "Compute activations again in the backward pass instead of keeping them.",
            defaultValue = "false")
        boolean gradientCheckpointing,
    @Setting(
            doc = "Passes over the examples (of a version, or of the file).",
            defaultValue = "1",
            min = "1",
            max = "100")
        int numTrainEpochs,
    @Setting(
            doc = "Longest prompt with completion, in tokens; at most what the model can read.",
            defaultValue = "1024",
            min = "4")
        int maxLength,
    @Setting(
            doc =
                "Learn a LoRA adapter; false: all weights, against a frozen copy of the model (train only).",
            defaultValue = "true")
        boolean usePeft,
    @Setting(
            doc = "Rank of the LoRA adapter (default: 16; of rldaf and rldaf_pair 8).",
            min = "1",
            max = "4096")
        @Nullable Integer loraR,
    @Setting(doc = "Numerator of LoRA's scaling.", defaultValue = "32", min = "0.000001")
        double loraAlpha,
    @Setting(
            doc =
                "Modules that LoRA adapts; all-linear: every linear one. Empty: the same; of rldaf and rldaf_pair those of the last block.",
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
    @Setting(
            doc = "TR-DPO: let the reference follow the policy. It is then part of every version.",
            defaultValue = "false")
        boolean syncRefModel,
    @Setting(
            doc = "How far the reference goes to the policy at a time.",
            defaultValue = "0.6",
            min = "0.000001",
            max = "1")
        double refModelMixupAlpha,
    @Setting(
            doc = "Optimizer steps between the reference's moves.",
            defaultValue = "512",
            min = "1")
        int refModelSyncSteps,
    @Setting(
            doc =
                "What a span that is marked good counts for in a completion believed better, and one marked bad in the other; their inverse the other way round. 1: marks are ignored.",
            defaultValue = "2",
            min = "1",
            max = "100")
        double spanEmphasis,
    @Setting(
            doc =
                "Also log entropy, mean logits and token accuracy, at the cost of one more reading of the vocabulary per token.",
            defaultValue = "false")
        boolean logTokenStatistics,
    @Setting(doc = "Seed of the adapter's first weights and of dropout.", defaultValue = "0")
        long seed) {

  /**
   * @throws IllegalArgumentException when settings contradict each other
   */
  public Recipe {
    loraTargetModules = List.copyOf(loraTargetModules);
    trainedParts = List.copyOf(trainedParts);
    Objective objective = loss.objective();
    ControlRules.check(objective, control, trainedParts, usePeft);
    if (syncRefModel && ControlRules.isRldaf(objective)) {
      throw new IllegalArgumentException(
          "sync_ref_model moves the reference, which of %s is the frozen model"
              .formatted(objective.name()));
    }
    if (syncRefModel && !objective.needsReference()) {
      throw new IllegalArgumentException(
          "sync_ref_model moves the reference, but %s has none".formatted(objective.name()));
    }
    if (loraLearningRate != null) {
      Set<TrainedPart> parts = ControlRules.parts(objective, trainedParts);
      if (parts.size() == 1 || !parts.contains(TrainedPart.LORA)) {
        throw new IllegalArgumentException(
            "lora_learning_rate goes with trained_parts of lora and others, but they are " + parts);
      }
    }
    if (lrSchedulerType == LrSchedulerType.CONSTANT && warmupSteps > 0) {
      throw new IllegalArgumentException(
          "warmup_steps must be 0 with lr_scheduler_type constant, but was %d: constant_with_warmup warms up"
              .formatted(warmupSteps));
    }
    if (maxSteps != null) {
      lrSchedulerType.schedule(maxSteps).requireEndsAfter(warmupSteps);
    }
  }

  /** What is learned by. */
  public Objective objective() {
    return loss.objective();
  }

  /** N of the loss: examples per optimizer step. */
  public int batchSize() {
    return perDeviceTrainBatchSize * gradientAccumulationSteps;
  }

  /** What of the policy learns: what is set, or what the objective has by default. */
  public Set<TrainedPart> parts() {
    return ControlRules.parts(objective(), trainedParts);
  }

  /** How a controller moves the policy while it speaks, if one does. */
  public Optional<ControlSettings> speech() {
    return objective() instanceof RldafObjective
        ? Optional.of(ControlRules.inUse(control, parts()))
        : Optional.empty();
  }

  /** Levels of prompts that can act on a token, level 0, which is none, among them. */
  public int promptLevels() {
    return parts().contains(TrainedPart.PROMPT) ? control.levels() : 1;
  }

  /** Whether a level says which prompt acted on a token, as it does of a bank's. */
  public boolean isSpokenByLevels() {
    return control.controlForm() == ControlForm.BANK;
  }

  /** The parts' settings, for a model. */
  ControlConfig control(ModelConfig model) {
    Set<TrainedPart> parts = parts();
    return new ControlConfig(
        parts.contains(TrainedPart.PROMPT)
            ? new SoftPromptConfig(promptLevels(), promptVectors)
            : null,
        parts.contains(TrainedPart.BIAS),
        parts.contains(TrainedPart.LORA) ? lora(model) : null);
  }

  private double learningRateInUse() {
    if (learningRate != null) {
      return learningRate;
    }
    if (objective() instanceof RewardObjective) {
      return 1e-4;
    }
    if (!ControlRules.isRldaf(objective())) {
      return 1e-5;
    }
    return isLoraAlone() ? 1e-4 : 1e-2;
  }

  /** What a parameter's learning rate is, in terms of the optimizer's. */
  double learningRateFactor(String parameter) {
    boolean isLora =
        !parameter.equals(ControlAdapter.SOFT_PROMPTS)
            && !parameter.equals(ControlAdapter.OUTPUT_BIAS);
    return isLora ? loraLearningRateInUse() / learningRateInUse() : 1;
  }

  private double loraLearningRateInUse() {
    if (loraLearningRate != null) {
      return loraLearningRate;
    }
    boolean isSlower = ControlRules.isRldaf(objective()) && !isLoraAlone();
    return isSlower ? learningRateInUse() / 100 : learningRateInUse();
  }

  boolean isLoraAlone() {
    return parts().equals(Set.of(TrainedPart.LORA));
  }

  private int rank() {
    if (loraR != null) {
      return loraR;
    }
    return ControlRules.isRldaf(objective()) ? 8 : 16;
  }

  /** The optimizer's settings. */
  public AdamWConfig adamW() {
    return new AdamWConfig(
        learningRateInUse(),
        adamBeta1,
        adamBeta2,
        adamEpsilon,
        weightDecay,
        maxGradNorm,
        warmupSteps,
        lrSchedulerType.schedule(maxSteps));
  }

  /** The adapter's settings, for a model. */
  LoraConfig lora(ModelConfig model) {
    return loraTargetModules.isEmpty() && ControlRules.isRldaf(objective())
        ? lora().onLastBlock(model)
        : lora();
  }

  /** The adapter's settings, wherever in a model it is. */
  public LoraConfig lora() {
    return LoraConfig.of(rank(), loraAlpha)
        .dropping(loraDropout)
        .targeting(isAllLinear() ? List.of() : loraTargetModules)
        .scaled(useRslora ? LoraScaling.BY_ROOT_RANK : LoraScaling.BY_RANK)
        .as(useDora ? LoraVariant.DORA : LoraVariant.LORA);
  }

  /** How the reference follows the policy, if it does. */
  public Optional<ReferenceRefresh> referenceRefresh() {
    return syncRefModel
        ? Optional.of(new ReferenceRefresh(refModelMixupAlpha, refModelSyncSteps))
        : Optional.empty();
  }

  /** What marked spans count for. */
  public SpanEmphasis marks() {
    return new SpanEmphasis(spanEmphasis);
  }

  StepPlan plan(CausalLanguageModel model) {
    return new StepPlan(
        batchSize(),
        perDeviceTrainBatchSize,
        Math.min(maxLength, model.config().maxPositions()),
        gradientCheckpointing ? Activations.RECOMPUTED : Activations.KEPT,
        seed,
        logTokenStatistics ? LearningMetrics.TOKEN_STATISTICS : Set.of());
  }

  private boolean isAllLinear() {
    return loraTargetModules.equals(List.of("all-linear"));
  }

  /**
   * Every setting by its name, as text, with the objective and the base's shape beside them. Of the
   * objective's parameters those that it reads, defaults filled in.
   */
  public Map<String, String> asMap(ModelIdentity base) {
    Map<String, String> map = new TreeMap<>(Settings.asMap(this));
    map.keySet().removeAll(Settings.asMap(loss).keySet());
    map.putAll(loss.resolved());
    map.keySet().removeAll(Settings.asMap(control).keySet());
    speech().ifPresent(speech -> map.putAll(Settings.asMap(speech)));
    // What does not apply is not named: lineages of other objectives know nothing of it.
    map.remove("prompt_vectors");
    if (promptLevels() > 1) {
      map.put("prompt_vectors", Integer.toString(promptVectors));
    }
    map.remove("trained_parts");
    map.remove("lora_learning_rate");
    if (!isLoraAlone() && parts().contains(TrainedPart.LORA)) {
      map.put("lora_learning_rate", Double.toString(loraLearningRateInUse()));
    }
    if (!isLoraAlone()) {
      map.put(
          "trained_parts",
          parts().stream()
              .map(part -> part.name().toLowerCase(Locale.ROOT))
              .collect(Collectors.joining(",")));
    }
    map.put("learning_rate", Double.toString(learningRateInUse()));
    map.put("lora_r", Integer.toString(rank()));
    map.put("objective", objective().name());
    map.put("base_config_sha256", base.configSha256());
    return map;
  }
}
