/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.models;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.lm.Activations;
import dev.plumbline.lm.LoraConfig;
import dev.plumbline.lm.PeftDirectory;
import dev.plumbline.lm.Precision;
import dev.plumbline.lm.TrainedWeights;
import dev.plumbline.lm.TrainingMemory;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What a directory holds. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    description = {
      "Tells what a model or adapter directory holds, without loading weights: family, shapes,"
          + " parameters, files; and the memory that training a model takes with the given settings."
    },
    footer = {
      "",
      "Examples:",
      "  plumbline inspect DIR",
      "  plumbline inspect DIR --batch-size 8 --sequence-length 1024 --lora-r 32 --precision bf16"
          + " --activations recomputed",
      "  plumbline inspect DIR --full --json"
    })
public final class InspectCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "DIR", description = "A Hugging Face or a PEFT directory.")
  private Path directory = Path.of("");

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description = "Rows of a micro-batch; a preference pair is two (default: ${DEFAULT-VALUE}).")
  private int batchSize = 8;

  @Option(
      names = "--sequence-length",
      paramLabel = "N",
      description =
          "Tokens of a row (default: 1024, or the model's longest row if that is shorter).")
  private @Nullable Integer sequenceLength;

  @Option(names = "--full", description = "Train all weights instead of an adapter.")
  private boolean full;

  @Option(
      names = "--lora-r",
      paramLabel = "R",
      description = "Rank of the adapter (default: ${DEFAULT-VALUE}).")
  private int rank = 16;

  @Option(
      names = "--lora-target-modules",
      paramLabel = "NAME",
      split = ",",
      description = "What the adapter adapts (default: every linear module of the blocks).")
  private List<String> targets = new ArrayList<>();

  @Option(
      names = "--precision",
      paramLabel = "TYPE",
      converter = PrecisionName.class,
      description = "float32, float64 or bfloat16 (default: float32).")
  private Precision precision = Precision.FLOAT32;

  @Option(
      names = "--activations",
      paramLabel = "WHICH",
      description = "kept or recomputed in the backward pass (default: kept).")
  private Activations activations = Activations.KEPT;

  @Option(names = "--json", description = "One line of JSON.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (Files.exists(directory.resolve(PeftDirectory.CONFIG_FILE))) {
      print(out, AdapterDescription.read(directory).toJson());
    } else {
      print(out, model());
    }
    out.flush();
    return 0;
  }

  private ObjectNode model() {
    ModelDescription model = ModelDescription.read(directory);
    try {
      TrainedWeights trained =
          full
              ? new TrainedWeights.All()
              : new TrainedWeights.OfAdapter(LoraConfig.of(rank, 2.0 * rank).targeting(targets));
      int tokens = sequenceLength == null ? Math.min(1024, model.longestRow()) : sequenceLength;
      return model.toJson(
          new TrainingMemory.Settings(trained, batchSize, tokens, precision, activations));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private void print(PrintWriter out, ObjectNode description) {
    if (json) {
      out.println(description);
    } else {
      DescriptionText.print(description, out);
    }
  }
}
