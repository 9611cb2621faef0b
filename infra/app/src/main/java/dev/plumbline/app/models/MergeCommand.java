/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.models;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.lm.MergedModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** A model and its adapter as one model. */
@Command(
    name = "merge",
    mixinStandardHelpOptions = true,
    description = {
      "Writes a model that computes what a model with its adapter computes: a whole Hugging Face"
          + " directory, for servers that load no adapters. Computed in double precision, rounded once."
    },
    footer = {
      "",
      "Example:",
      "  plumbline merge --model DIR --adapter DIR --output merged --dtype bfloat16"
    })
public final class MergeCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "The model, a Hugging Face directory.")
  private Path model = Path.of("");

  @Option(
      names = "--adapter",
      required = true,
      paramLabel = "DIR",
      description = "The adapter, a PEFT directory.")
  private Path adapter = Path.of("");

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Where the merged model goes: a folder that is empty or does not exist.")
  private Path output = Path.of("");

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      converter = TypeName.class,
      description = {
        "Type of the weights: float32, float16, bfloat16 or float64 (default: as the model has them)."
      })
  private MergedModel.Type dtype = MergedModel.Type.AS_BASE;

  @Option(names = "--json", description = "One line of JSON.")
  private boolean json;

  @Override
  public Integer call() {
    MergedModel merged;
    try {
      merged = MergedModel.write(model, adapter, output, dtype);
    } catch (IllegalArgumentException e) {
      throw new InputException("--output", e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(output + ": can't be written: " + e, e);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(
          JSON.createObjectNode()
              .put("output", merged.directory().toString())
              .put("modules", merged.modules())
              .put("separated_embedding", merged.separated()));
    } else {
      out.printf(
          "%s: %d modules merged%s%n",
          merged.directory(),
          merged.modules(),
          merged.separated() ? "; output matrix and embedding are now two" : "");
    }
    out.flush();
    return 0;
  }

  /** Types by the names that PyTorch has for them. */
  static final class TypeName implements ITypeConverter<MergedModel.Type> {
    @Override
    public MergedModel.Type convert(String name) {
      return switch (name.toLowerCase(Locale.ROOT)) {
        case "float32", "fp32" -> MergedModel.Type.FLOAT32;
        case "float16", "fp16" -> MergedModel.Type.FLOAT16;
        case "bfloat16", "bf16" -> MergedModel.Type.BFLOAT16;
        case "float64", "fp64" -> MergedModel.Type.FLOAT64;
        default ->
            throw new TypeConversionException(
                "must be float32, float16, bfloat16 or float64, but was '" + name + "'");
      };
    }
  }
}
