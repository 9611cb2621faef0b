/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.rewards;

import dev.plumbline.app.training.BadRowPolicy;
import dev.plumbline.base.settings.Inlined;
import dev.plumbline.base.settings.Setting;
import dev.plumbline.lm.EngineOptions;
import dev.plumbline.lm.Precision;
import dev.plumbline.lm.text.TruncationMode;
import dev.plumbline.reward.RewardRecipe;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Settings of {@code plumbline reward train}, under the names of {@code plumbline train}. */
record RewardSettings(
    @Setting(doc = "The model, a Hugging Face directory; also called model.") Path modelNameOrPath,
    @Setting(doc = "Preference files that hold pairs, read one after the other.") List<Path> data,
    @Setting(
            doc =
                "Format of the files, such as trl-pairwise; told from each one's first rows when not set.")
        @Nullable String datasetFormat,
    @Setting(doc = "What becomes of a row that can't be read or encoded.", defaultValue = "refuse")
        BadRowPolicy onBadRow,
    @Setting(doc = "Where the reward model goes: a folder that is empty or does not exist.")
        Path outputDir,
    @Setting(
            doc =
                "Which end of a prompt with its completion is kept; what is judged is at the end.",
            defaultValue = "keep_end")
        TruncationMode truncationMode,
    @Setting(doc = "A chat template (a .jinja file) in place of the model's own.")
        @Nullable Path chatTemplatePath,
    @Setting(doc = "Show no progress.", defaultValue = "false") boolean disableTqdm,
    @Setting(
            doc =
                "Type of weights and activations: float32, bfloat16 or float64; also called torch_dtype.",
            defaultValue = "float32")
        Precision dtype,
    @Setting(
            doc = "Threads of the tensor engine; results of 1 and 2 differ in their last bits.",
            defaultValue = "1",
            min = "1",
            max = "256")
        int engineThreads,
    @Setting(doc = "Where to compute: cpu, cuda or cuda:N.", defaultValue = "cpu")
        String engineDevice,
    @Inlined RewardRecipe recipe) {

  RewardSettings {
    data = List.copyOf(data);
    if (data.isEmpty()) {
      throw new IllegalArgumentException("data must name at least one preference file");
    }
    try {
      engineDevice = new EngineOptions(engineThreads, engineDevice).device();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("engine_" + e.getMessage(), e);
    }
  }

  EngineOptions engine() {
    return new EngineOptions(engineThreads, engineDevice, dtype);
  }
}
