/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.lm.safetensors.TensorData;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Reference numbers: from the folder {@code -Dplumbline.oracles} when given, else the copies beside
 * the tests.
 */
final class Oracles {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Oracles() {}

  static JsonNode read(String name) {
    String folder = System.getProperty("plumbline.oracles", "");
    try (InputStream in =
        folder.isEmpty()
            ? Objects.requireNonNull(Oracles.class.getResourceAsStream("/oracles/" + name))
            : Files.newInputStream(Path.of(folder, name))) {
      return JSON.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A nested array as a tensor of doubles. */
  static TensorData tensor(JsonNode array) {
    List<Long> shape = new ArrayList<>();
    for (JsonNode level = array; level.isArray(); level = level.get(0)) {
      shape.add((long) level.size());
    }
    List<Double> values = new ArrayList<>();
    flatten(array, values);
    return TensorData.of(
        values.stream().mapToDouble(Double::doubleValue).toArray(),
        shape.stream().mapToLong(Long::longValue).toArray());
  }

  private static void flatten(JsonNode node, List<Double> into) {
    if (node.isArray()) {
      node.forEach(child -> flatten(child, into));
    } else {
      into.add(node.doubleValue());
    }
  }
}
