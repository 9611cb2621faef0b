/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.rewards;

import dev.plumbline.base.settings.Inlined;
import dev.plumbline.base.settings.Setting;
import dev.plumbline.lm.EngineOptions;
import dev.plumbline.lm.Precision;
import dev.plumbline.reward.attribute.Attribute;
import dev.plumbline.reward.attribute.ControllerRecipe;
import java.nio.file.Path;
import java.util.List;

/** Settings of {@code plumbline reward train --kind controller}. */
public record ControllerSettings(
    @Setting(doc = "The model, a Hugging Face directory; also called model.") Path modelNameOrPath,
    @Setting(doc = "Labelled sentences: files of JSON lines, plain or gzip.") List<Path> data,
    @Setting(doc = "Column of the sentence.", defaultValue = "text") String textColumn,
    @Setting(doc = "Column of the label.", defaultValue = "label") String labelColumn,
    @Setting(doc = "Label of the sentences that have the attribute.") String attribute,
    @Setting(
            doc = "Labels of the sentences that don't have it; empty: all others.",
            defaultValue = "")
        List<String> against,
    @Setting(
            doc = "Learn from as many sentences with as without the attribute.",
            defaultValue = "true")
        boolean balanced,
    @Setting(
            doc = "Share of the sentences that calibrates and isn't learned from.",
            defaultValue = "0.1",
            min = "0.001",
            max = "0.9")
        double calibrationFraction,
    @Setting(doc = "Where the controller goes: a folder that is empty or does not exist.")
        Path outputDir,
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
    @Inlined ControllerRecipe recipe) {

  public ControllerSettings {
    data = List.copyOf(data);
    against = List.copyOf(against);
    if (data.isEmpty()) {
      throw new IllegalArgumentException("data must name at least one file of labelled sentences");
    }
    new Attribute(attribute, against);
    try {
      engineDevice = new EngineOptions(engineThreads, engineDevice).device();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("engine_" + e.getMessage(), e);
    }
  }

  EngineOptions engine() {
    return new EngineOptions(engineThreads, engineDevice, dtype);
  }

  Attribute told() {
    return new Attribute(attribute, against);
  }
}
