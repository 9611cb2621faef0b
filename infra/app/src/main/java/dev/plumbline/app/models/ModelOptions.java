/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.models;

import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.EngineOptions;
import dev.plumbline.lm.HuggingFaceDirectory;
import dev.plumbline.lm.Precision;
import dev.plumbline.lm.family.GenerationConfig;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of every command that computes with a model: which one, where and how. */
final class ModelOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "The model, a Hugging Face directory.")
  private Path model = Path.of("");

  @Option(
      names = "--adapter",
      paramLabel = "DIR",
      description = "An adapter of the model, a PEFT directory.")
  private @Nullable Path adapter;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description = "Where to compute: cpu, cuda or cuda:N (default: ${DEFAULT-VALUE}).")
  private String device = "cpu";

  @Option(
      names = "--precision",
      paramLabel = "TYPE",
      converter = PrecisionName.class,
      description = {
        "Type of weights and activations: float32, float64 or bfloat16 (default: float32)."
      })
  private Precision precision = Precision.FLOAT32;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = {
        "Threads of the tensor engine (default: ${DEFAULT-VALUE}); results of 1 and 2 differ in"
            + " their last bits."
      })
  private int threads = 1;

  /** What the model's generation_config.json says. */
  GenerationConfig generationConfig() {
    return HuggingFaceDirectory.describe(model).generation();
  }

  /** Loads what the options name; the caller closes it. */
  OpenModel open() {
    EngineOptions engine;
    try {
      engine = new EngineOptions(threads, device, precision);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
    }
    CausalLanguageModel loaded = CausalLanguageModel.load(model, engine);
    try {
      return OpenModel.of(model, loaded, adapter);
    } catch (RuntimeException e) {
      loaded.close();
      throw e;
    }
  }
}
