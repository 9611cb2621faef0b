/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.plumbline.lm.safetensors.SafeTensors;
import dev.plumbline.lm.safetensors.SafeTensorsException;
import dev.plumbline.lm.safetensors.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The safetensors files of a model directory, mapped: one {@code model.safetensors}, or the shards
 * that {@code model.safetensors.index.json} lists.
 *
 * @param source the single file, or the index
 * @param files with tensors, sorted by name
 * @param tensors under the names that the files give them, each with its file
 */
record WeightFiles(Path source, List<Path> files, SortedMap<String, Located> tensors) {
  static final String SINGLE = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /**
   * @param file for messages
   */
  record Located(Path file, TensorData tensor) {}

  /**
   * @throws ModelLoadException naming the file and the reason
   */
  static WeightFiles open(Path directory) {
    Path single = directory.resolve(SINGLE);
    if (Files.exists(single)) {
      SortedMap<String, Located> tensors = new TreeMap<>();
      map(single)
          .tensors()
          .forEach((name, tensor) -> tensors.put(name, new Located(single, tensor)));
      return new WeightFiles(single, List.of(single), tensors);
    }
    Path index = directory.resolve(INDEX);
    if (Files.exists(index)) {
      return sharded(directory, index);
    }
    throw missing(directory, single);
  }

  private static WeightFiles sharded(Path directory, Path index) {
    SortedMap<String, String> shardOf = weightMap(index);
    List<Path> files = new ArrayList<>();
    SortedMap<String, Located> tensors = new TreeMap<>();
    for (String shard : new TreeSet<>(shardOf.values())) {
      Path file = shard(directory, index, shard);
      files.add(file);
      map(file)
          .tensors()
          .forEach(
              (name, tensor) -> {
                String listed = shardOf.get(name);
                if (!shard.equals(listed)) {
                  throw new ModelLoadException(
                      file.toString(),
                      "holds tensor '%s', which %s %s"
                          .formatted(
                              name, INDEX, listed == null ? "does not list" : "puts in " + listed));
                }
                tensors.put(name, new Located(file, tensor));
              });
    }
    for (Map.Entry<String, String> entry : shardOf.entrySet()) {
      if (!tensors.containsKey(entry.getKey())) {
        throw new ModelLoadException(
            directory.resolve(entry.getValue()).toString(),
            "lacks tensor '%s', which %s puts there".formatted(entry.getKey(), INDEX));
      }
    }
    return new WeightFiles(index, files, tensors);
  }

  private static SortedMap<String, String> weightMap(Path index) {
    JsonNode map;
    try {
      map = JSON.readTree(TextFiles.read(index)).path("weight_map");
    } catch (JsonProcessingException e) {
      throw new ModelLoadException(
          index.toString(), "not valid JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new ModelLoadException(index.toString(), "not readable: " + e.getMessage(), e);
    }
    SortedMap<String, String> shardOf = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      if (!entry.getValue().isTextual()) {
        throw new ModelLoadException(
            index.toString(),
            "weight_map must name a file for tensor '%s', but had %s"
                .formatted(entry.getKey(), entry.getValue()));
      }
      shardOf.put(entry.getKey(), entry.getValue().textValue());
    }
    if (shardOf.isEmpty()) {
      throw new ModelLoadException(
          index.toString(), "weight_map must be an object from tensors to files");
    }
    return shardOf;
  }

  /** A file of the directory itself: an index must not lead out of it. */
  private static Path shard(Path directory, Path index, String name) {
    boolean plain;
    try {
      plain =
          name.endsWith(".safetensors")
              && name.indexOf('\\') < 0
              && name.equals(String.valueOf(Path.of(name).getFileName()));
    } catch (InvalidPathException e) {
      throw refusedName(index, name, e);
    }
    if (!plain) {
      throw refusedName(index, name, null);
    }
    Path file = directory.resolve(name);
    if (!Files.exists(file)) {
      throw new ModelLoadException(
          file.toString(), "the file is missing, but " + INDEX + " lists it");
    }
    try {
      Path target = file.toRealPath();
      if (homes(directory.toRealPath()).stream().noneMatch(target::startsWith)) {
        throw new ModelLoadException(
            file.toString(), "a link out of the model's directory, to %s".formatted(target));
      }
    } catch (IOException e) {
      throw new ModelLoadException(file.toString(), "can't be read: " + e.getMessage(), e);
    }
    return file;
  }

  /**
   * Where a link may lead: into the directory, or, in the cache of the Hugging Face hub, into the
   * blobs beside the snapshots.
   */
  private static Collection<Path> homes(Path directory) {
    Path snapshots = directory.getParent();
    if (snapshots == null || !snapshots.endsWith("snapshots")) {
      return List.of(directory);
    }
    return List.of(directory, snapshots.resolveSibling("blobs"));
  }

  private static SafeTensors map(Path file) {
    try {
      return SafeTensors.map(file);
    } catch (SafeTensorsException e) {
      throw new ModelLoadException(file.toString(), e.getMessage(), e);
    } catch (IOException e) {
      throw new ModelLoadException(file.toString(), "can't be read: " + e.getMessage(), e);
    }
  }

  private static ModelLoadException refusedName(
      Path index, String name, @Nullable InvalidPathException cause) {
    String reason =
        "weight_map must name .safetensors files of the directory itself, but had '%s'"
            .formatted(name);
    return cause == null
        ? new ModelLoadException(index.toString(), reason)
        : new ModelLoadException(index.toString(), reason, cause);
  }

  private static ModelLoadException missing(Path directory, Path expected) {
    try (Stream<Path> present = Files.list(directory)) {
      return present
          .map(Path::getFileName)
          .map(Path::toString)
          .filter(name -> name.matches(".*\\.(bin|pt|pth|pkl|ckpt)"))
          .min(
              Comparator.comparing((String name) -> !name.startsWith("pytorch_model"))
                  .thenComparing(Comparator.naturalOrder()))
          .map(
              pickle ->
                  new ModelLoadException(
                      directory.resolve(pickle).toString(),
                      "pickle files can run code when they are read and are not supported; convert"
                          + " with transformers:"
                          + " AutoModelForCausalLM.from_pretrained(DIR).save_pretrained(DIR)"))
          .orElseGet(() -> new ModelLoadException(expected.toString(), "the file is missing"));
    } catch (IOException e) {
      return new ModelLoadException(directory.toString(), "can't be read: " + e.getMessage(), e);
    }
  }
}
