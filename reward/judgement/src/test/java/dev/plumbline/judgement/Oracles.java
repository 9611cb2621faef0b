/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;

/**
 * Reference numbers: from the folder {@code -Dplumbline.oracles} when given, else the copies beside
 * the tests.
 */
public final class Oracles {
  private Oracles() {}

  /** Reads a file. */
  public static JsonNode read(String file) {
    String folder = System.getProperty("plumbline.oracles", "");
    try (InputStream in =
        folder.isEmpty()
            ? Objects.requireNonNull(
                Oracles.class.getResourceAsStream("/oracles/" + file), "no copy of " + file)
            : Files.newInputStream(Path.of(folder, file))) {
      return JsonMapper.builder().build().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " can't be read", e);
    }
  }

  /** Each case of a file. */
  public static Stream<DynamicTest> tests(JsonNode file, Consumer<JsonNode> check) {
    return StreamSupport.stream(file.get("cases").spliterator(), false)
        .map(
            one ->
                dynamicTest(
                    one.path("impl").asText() + one.path("kind").asText() + " " + one.get("config"),
                    () -> check.accept(one)));
  }

  /** Numbers of a vector. */
  public static double[] vector(JsonNode node) {
    return IntStream.range(0, node.size()).mapToDouble(i -> node.get(i).asDouble()).toArray();
  }

  /** Numbers of a matrix. */
  public static double[][] matrix(JsonNode node) {
    return IntStream.range(0, node.size())
        .mapToObj(i -> vector(node.get(i)))
        .toArray(double[][]::new);
  }
}
