/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.lm.family.ModelFamily;
import dev.plumbline.lm.safetensors.ElementType;
import dev.plumbline.lm.safetensors.TensorData;
import dev.plumbline.lm.safetensors.TensorSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A base and an adapter made into one model that needs no adapter: {@code W + s B A}, or {@code m
 * (W + s B A) / |W + s B A|}, computed in double precision and rounded once to the type asked for.
 *
 * <p>Where the output matrix is the embedding and an adapter changes what is looked up but not what
 * is put out, the merged model gets an output matrix of its own: the base's embedding.
 *
 * @param directory a whole Hugging Face directory: weights, configuration, tokenizer, model card
 * @param modules number of modules that the adapter changed
 * @param separated whether output matrix and embedding were one and are now two
 */
public record MergedModel(Path directory, int modules, boolean separated) {
  private static final String TIED = "tie_word_embeddings";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Types of a merged model's weights. */
  public enum Type {
    /** Of each tensor as the base has it. */
    AS_BASE(null),
    FLOAT32(ElementType.F32),
    BFLOAT16(ElementType.BF16),
    FLOAT16(ElementType.F16),
    /** For checks: twice the size, and nothing is lost. */
    FLOAT64(ElementType.F64);

    private final @Nullable ElementType element;

    Type(@Nullable ElementType element) {
      this.element = element;
    }

    private ElementType of(TensorData weight) {
      return element == null ? weight.type() : element;
    }
  }

  /**
   * Writes the merged model, one tensor in memory at a time. The directory appears when it is
   * complete.
   *
   * @param model a Hugging Face directory
   * @param adapter a PEFT directory
   * @param output a directory that does not exist yet or is empty
   * @throws ModelLoadException when model or adapter can't be loaded or don't fit together
   * @throws IllegalArgumentException when the output directory holds something
   */
  public static MergedModel write(Path model, Path adapter, Path output, Type type)
      throws IOException {
    requireEmpty(output);
    HuggingFaceDirectory base = HuggingFaceDirectory.read(model);
    PeftAdapter changes =
        PeftDirectory.read(
            new PeftAdapter.Base(base.config(), name -> base.weights().get(name).toDoubles()),
            adapter);
    boolean separated = base.config().tiedEmbeddings() && !changes.targets().embedding().isEmpty();
    SortedMap<String, byte[]> textFiles = new TreeMap<>(base.textFiles());
    if (separated) {
      textFiles.computeIfPresent(TextFiles.CONFIG, (name, json) -> untied(json));
    }
    textFiles.put(PeftDirectory.CARD_FILE, card(base, adapter, changes));
    Path target = output.toAbsolutePath().normalize();
    Path unfinished = target.resolveSibling("." + target.getFileName() + ".unfinished");
    try {
      // What an interrupted run left.
      delete(unfinished);
      Files.createDirectories(unfinished);
      HuggingFaceDirectory.write(
          unfinished,
          textFiles,
          weights(base, changes, separated, type),
          HuggingFaceDirectory.SHARD_BYTES);
      Files.deleteIfExists(target);
      Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      delete(unfinished);
    }
    return new MergedModel(
        output,
        changes.targets().linear().size() + changes.targets().embedding().size(),
        separated);
  }

  private static SequencedMap<String, TensorSource> weights(
      HuggingFaceDirectory base, PeftAdapter changes, boolean separated, Type type) {
    String embedding = ModelFamily.of(base.config()).embeddingModule();
    SequencedMap<String, TensorSource> merged = new LinkedHashMap<>();
    base.weights()
        .forEach(
            (name, weight) ->
                merged.put(name, new MergedWeight(name, weight, type.of(weight), changes)));
    if (separated) {
      TensorData head = base.weights().get(embedding + ".weight");
      merged.put(
          ModelFamily.HEAD_WEIGHT,
          new MergedWeight(ModelFamily.HEAD_WEIGHT, head, type.of(head), changes));
    }
    return merged;
  }

  private static byte[] untied(byte[] configJson) {
    try {
      ObjectNode json = (ObjectNode) JSON.readTree(configJson);
      json.put(TIED, false);
      return (json.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("the configuration was read before", e);
    }
  }

  private static byte[] card(HuggingFaceDirectory base, Path adapter, PeftAdapter changes) {
    LoraConfig config = changes.config();
    SequencedMap<String, String> merge = new LinkedHashMap<>();
    merge.put("base", base.name());
    merge.put("base weights", "sha256 " + base.identity().weightsSha256());
    merge.put(
        "adapter weights",
        "sha256 " + Sha256.of(new TreeSet<>(List.of(adapter.resolve(PeftDirectory.WEIGHTS_FILE)))));
    merge.put("r", Integer.toString(config.rank()));
    merge.put("lora_alpha", Double.toString(config.alpha()));
    merge.put("use_rslora", Boolean.toString(config.scaling() == LoraScaling.BY_ROOT_RANK));
    merge.put("use_dora", Boolean.toString(config.variant() == LoraVariant.DORA));
    merge.put("target_modules", String.join(", ", config.targetModules()));
    return ModelCard.of(
            ModelCard.Kind.MERGED,
            base.name(),
            List.of(),
            base.name() + " with a LoRA adapter merged in",
            "Computes what the base computes with the adapter on; no adapter is needed to serve it.")
        .with("Lineage", merge)
        .text()
        .getBytes(StandardCharsets.UTF_8);
  }

  private static void requireEmpty(Path output) throws IOException {
    if (!Files.exists(output)) {
      return;
    }
    if (!Files.isDirectory(output)) {
      throw new IllegalArgumentException(
          "the output must be a directory, but %s is a file".formatted(output));
    }
    try (Stream<Path> files = Files.list(output)) {
      if (files.findAny().isPresent()) {
        throw new IllegalArgumentException(
            "the output directory must be new or empty, but %s holds files".formatted(output));
      }
    }
  }

  private static void delete(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(directory);
    }
  }
}
