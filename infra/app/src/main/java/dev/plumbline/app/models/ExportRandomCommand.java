/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.models;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.lm.HuggingFaceDirectory;
import dev.plumbline.lm.RandomCheckpoint;
import dev.plumbline.lm.TrainingMemory;
import dev.plumbline.lm.family.ModelConfig;
import dev.plumbline.lm.family.ModelSizes;
import dev.plumbline.lm.safetensors.ElementType;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Writes a model that was never trained. */
@Command(
    name = "export-random",
    mixinStandardHelpOptions = true,
    description = {
      "Writes a Hugging Face directory with random weights, the same bytes for the same options: to be"
          + " loaded in transformers and here, and compared."
    },
    footer = {
      "",
      "Example:",
      "  plumbline export-random --family qwen3 --seed 7 --output tiny-qwen3"
    })
public final class ExportRandomCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ModelSizes TINY = ModelSizes.tiny();

  @Spec private CommandSpec spec;

  @Option(
      names = "--family",
      required = true,
      paramLabel = "NAME",
      description = "The model_type: gpt2, llama, mistral, qwen2 or qwen3.")
  private String family = "";

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Where the model goes: a folder that is empty or does not exist.")
  private Path output = Path.of("");

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of the weights (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      description = "Type of the weights: float32, float16 or bfloat16 (default: float32).")
  private String dtype = "float32";

  @Option(names = "--vocab-size", paramLabel = "N", description = "At least 280 (default: 300).")
  private int vocabularySize = TINY.vocabularySize();

  @Option(
      names = "--hidden-size",
      paramLabel = "N",
      description = "Width of the residual stream (default: ${DEFAULT-VALUE}).")
  private int hiddenSize = TINY.hiddenSize();

  @Option(
      names = "--intermediate-size",
      paramLabel = "N",
      description = "Width of the feed-forward layer (default: ${DEFAULT-VALUE}).")
  private int intermediateSize = TINY.intermediateSize();

  @Option(
      names = "--num-hidden-layers",
      paramLabel = "N",
      description = "Blocks (default: ${DEFAULT-VALUE}).")
  private int layers = TINY.layers();

  @Option(
      names = "--num-attention-heads",
      paramLabel = "N",
      description = "Query heads (default: ${DEFAULT-VALUE}).")
  private int attentionHeads = TINY.attentionHeads();

  @Option(
      names = "--num-key-value-heads",
      paramLabel = "N",
      description =
          "Key and value heads; gpt2 has as many as query heads (default: ${DEFAULT-VALUE}).")
  private int keyValueHeads = TINY.keyValueHeads();

  @Option(
      names = "--head-dim",
      paramLabel = "N",
      description = "Width of a head; gpt2's is hidden size / heads (default: ${DEFAULT-VALUE}).")
  private int headDim = TINY.headDim();

  @Option(
      names = "--max-position-embeddings",
      paramLabel = "N",
      description = "Longest row in tokens (default: ${DEFAULT-VALUE}).")
  private int maxPositions = TINY.maxPositions();

  @Option(names = "--tie-word-embeddings", description = "The output matrix is the embedding.")
  private boolean tiedEmbeddings;

  @Option(names = "--json", description = "One line of JSON about what was written.")
  private boolean json;

  @Override
  public Integer call() {
    RandomCheckpoint checkpoint = checkpoint();
    requireEmpty();
    try {
      Files.createDirectories(output);
      checkpoint.writeTo(output, HuggingFaceDirectory.SHARD_BYTES);
    } catch (IOException e) {
      throw new UncheckedIOException(output + ": can't be written: " + e, e);
    }
    print(TrainingMemory.count(checkpoint.config()));
    return 0;
  }

  private void print(long parameters) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      ObjectNode line = JSON.createObjectNode();
      line.put("directory", output.toString());
      line.put("family", family);
      line.put("parameters", parameters);
      line.put("seed", seed);
      out.println(line);
    } else {
      out.printf("%s: %s of %,d parameters, seed %d%n", output, family, parameters, seed);
    }
    out.flush();
  }

  private RandomCheckpoint checkpoint() {
    try {
      var sizes =
          new ModelSizes(
              vocabularySize,
              hiddenSize,
              intermediateSize,
              layers,
              attentionHeads,
              keyValueHeads,
              headDim,
              maxPositions,
              tiedEmbeddings);
      return new RandomCheckpoint(ModelConfig.of(family, sizes), type(), seed);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private ElementType type() {
    return switch (dtype.toLowerCase(Locale.ROOT)) {
      case "float32" -> ElementType.F32;
      case "float16" -> ElementType.F16;
      case "bfloat16" -> ElementType.BF16;
      default ->
          throw new IllegalArgumentException(
              "--dtype must be float32, float16 or bfloat16, but was '" + dtype + "'");
    };
  }

  private void requireEmpty() {
    if (!Files.exists(output)) {
      return;
    }
    try (DirectoryStream<Path> content = Files.newDirectoryStream(output)) {
      if (content.iterator().hasNext()) {
        throw new InputException(output.toString(), "must be empty or not exist");
      }
    } catch (IOException e) {
      throw new InputException(output.toString(), "must be a folder that is empty, but: " + e);
    }
  }
}
