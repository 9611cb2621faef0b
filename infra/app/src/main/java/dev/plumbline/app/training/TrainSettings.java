/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.training;

import dev.plumbline.alignment.Recipe;
import dev.plumbline.base.settings.Inlined;
import dev.plumbline.base.settings.Setting;
import dev.plumbline.lm.EngineOptions;
import dev.plumbline.lm.Precision;
import dev.plumbline.lm.text.TruncationMode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Settings of {@code plumbline train}, flat, under the names that TRL and transformers have. */
record TrainSettings(
    @Setting(doc = "The model, a Hugging Face directory; also called model.") Path modelNameOrPath,
    @Setting(doc = "Preference files, read one after the other.") List<Path> data,
    @Setting(
            doc =
                "Format of the files, such as trl-pairwise; told from each one's first rows when not set.")
        @Nullable String datasetFormat,
    @Setting(doc = "What becomes of a row that can't be read or encoded.", defaultValue = "refuse")
        BadRowPolicy onBadRow,
    @Setting(doc = "Preference files of held-out rows.", defaultValue = "") List<Path> evalData,
    @Setting(
            doc = "Share of prompts that are held out, told by a hash of the prompt.",
            defaultValue = "0",
            min = "0",
            max = "0.9")
        double evalFraction,
    @Setting(doc = "Where everything goes: the policy, checkpoints, the log, report.html.")
        Path outputDir,
    @Setting(doc = "Delete the run that output_dir has and begin anew.", defaultValue = "false")
        boolean overwriteOutputDir,
    @Setting(
            doc =
                "A checkpoint's folder to go on from, or true for the latest in output_dir. The result is byte for byte that of a run never interrupted.")
        @Nullable String resumeFromCheckpoint,
    @Setting(
            doc = "Which end of a prompt with its completion is kept.",
            defaultValue = "keep_start")
        TruncationMode truncationMode,
    @Setting(doc = "Prompts keep their last tokens, so many at most.", min = "1")
        @Nullable Integer maxPromptLength,
    @Setting(doc = "Completions keep their first tokens, so many at most.", min = "1")
        @Nullable Integer maxCompletionLength,
    @Setting(doc = "A chat template (a .jinja file) in place of the model's own.")
        @Nullable Path chatTemplatePath,
    @Setting(
            doc =
                "Share of all steps over which the learning rate rises, in place of warmup_steps.",
            min = "0",
            max = "1")
        @Nullable Double warmupRatio,
    @Setting(
            doc = "When held-out rows are scored between start and end: no, steps or epoch.",
            defaultValue = "steps")
        Cadence evalStrategy,
    @Setting(doc = "Steps between evaluations.", defaultValue = "100", min = "1") int evalSteps,
    @Setting(doc = "Score held-out rows before the first step.", defaultValue = "true")
        boolean evalOnStart,
    @Setting(
            doc =
                "Measure KL(reference || policy) along held-out completions, whatever the objective reads.",
            defaultValue = "true")
        boolean evalKl,
    @Setting(
            doc = "Steps between lines of the log, each the mean over them.",
            defaultValue = "1",
            min = "1")
        int loggingSteps,
    @Setting(
            doc = "When a checkpoint is written before the last one: no, steps or epoch.",
            defaultValue = "steps")
        Cadence saveStrategy,
    @Setting(doc = "Steps between checkpoints.", defaultValue = "500", min = "1") int saveSteps,
    @Setting(doc = "Newest checkpoints that are kept; all when not set.", min = "1")
        @Nullable Integer saveTotalLimit,
    @Setting(
            doc =
                "tensorboard or none. metrics.jsonl and TensorBoard events are written to output_dir either way; nothing is sent anywhere.",
            defaultValue = "tensorboard")
        List<String> reportTo,
    @Setting(doc = "Title of the report; model and objective when not set.")
        @Nullable String runName,
    @Setting(doc = "Seed of the order of examples; seed when not set.") @Nullable Long dataSeed,
    @Setting(
            doc = "Leave out the last batch of an epoch when it isn't full.",
            defaultValue = "false")
        boolean dataloaderDropLast,
    @Setting(doc = "Show no progress.", defaultValue = "false") boolean disableTqdm,
    @Setting(
            doc =
                "Type of weights and activations: float32, bfloat16 or float64; also called torch_dtype.",
            defaultValue = "float32")
        Precision dtype,
    @Setting(
            doc = "As dtype bfloat16: weights that learn and their optimizer stay in float32.",
            defaultValue = "false")
        boolean bf16,
    @Setting(
            doc = "Threads of the tensor engine; results of 1 and 2 differ in their last bits.",
            defaultValue = "1",
            min = "1",
            max = "256")
        int engineThreads,
    @Setting(doc = "Where to compute: cpu, cuda or cuda:N.", defaultValue = "cpu")
        String engineDevice,
    @Inlined Recipe recipe) {

  /** Names that keys have elsewhere. */
  static final Map<String, String> OTHER_NAMES =
      Map.of(
          "model", "model_name_or_path",
          "output", "output_dir",
          "torch_dtype", "dtype",
          "chat_template", "chat_template_path");

  private static final List<String> REPORTS = List.of("tensorboard", "none", "all");

  TrainSettings {
    data = List.copyOf(data);
    evalData = List.copyOf(evalData);
    reportTo = List.copyOf(reportTo);
    if (data.isEmpty()) {
      throw new IllegalArgumentException("data must name at least one preference file");
    }
    if (!evalData.isEmpty() && evalFraction > 0) {
      throw new IllegalArgumentException(
          "eval_fraction takes held-out rows from data, but eval_data names files of them: give one");
    }
    // Refuses objectives for which no file has rows.
    RowKind.of(recipe.objective());
    for (String report : reportTo) {
      if (!REPORTS.contains(report)) {
        throw new IllegalArgumentException(
            "report_to must be tensorboard or none, but was %s: nothing is sent anywhere, TensorBoard's own tools read the files"
                .formatted(report));
      }
    }
    try {
      engineDevice = new EngineOptions(engineThreads, engineDevice).device();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("engine_" + e.getMessage(), e);
    }
    if (bf16 && dtype == Precision.FLOAT64) {
      throw new IllegalArgumentException("bf16 is dtype bfloat16, but dtype was float64: give one");
    }
  }

  /** How to compute. */
  EngineOptions engine() {
    return new EngineOptions(engineThreads, engineDevice, bf16 ? Precision.BFLOAT16 : dtype);
  }

  /** Whether anything is held out. */
  boolean hasHeldOut() {
    return !evalData.isEmpty() || evalFraction > 0;
  }

  /** What to call the run. */
  String title() {
    return runName != null
        ? runName
        : "%s by %s"
            .formatted(
                modelNameOrPath.toAbsolutePath().normalize().getFileName(),
                String.join(" + ", recipe.loss().lossType()));
  }

  /** The order in which examples are learned from. */
  EpochOrder order() {
    return new EpochOrder(dataSeed == null ? recipe.seed() : dataSeed);
  }
}
