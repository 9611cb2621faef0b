/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Reference numbers: from the folder {@code -Dplumbline.oracles} when given, else the copies beside
 * the tests.
 */
final class Oracles {
  static final double TOLERANCE = 1e-9;
  // Differences of probabilities that are nearly equal keep no more relative digits than this.
  private static final double SMALLEST = 1e-6;

  private Oracles() {}

  static JsonNode read(String file) {
    String folder = System.getProperty("plumbline.oracles", "");
    try (InputStream in =
        folder.isEmpty()
            ? Objects.requireNonNull(Oracles.class.getResourceAsStream("/oracles/" + file))
            : Files.newInputStream(Path.of(folder, file))) {
      return new JsonMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<JsonNode> cases(JsonNode oracle) {
    return StreamSupport.stream(oracle.get("cases").spliterator(), false);
  }

  static double[] doubles(JsonNode array) {
    double[] values = new double[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asDouble();
    }
    return values;
  }

  static double[][] rows(JsonNode array) {
    double[][] rows = new double[array.size()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = doubles(array.get(i));
    }
    return rows;
  }

  static void close(String name, double actual, JsonNode expected) {
    double value = expected.asDouble();
    assertThat(expected.isNumber() || expected.isBoolean()).as("%s is given", name).isTrue();
    assertThat(actual)
        .as(name)
        .isCloseTo(value, within(TOLERANCE * Math.max(SMALLEST, Math.abs(value))));
  }

  static void close(String name, double[] actual, JsonNode expected) {
    assertThat(actual.length).as("length of %s", name).isEqualTo(expected.size());
    for (int i = 0; i < actual.length; i++) {
      close(name + "[" + i + "]", actual[i], expected.get(i));
    }
  }

  static void close(String name, double[][] actual, JsonNode expected) {
    assertThat(actual.length).as("length of %s", name).isEqualTo(expected.size());
    for (int i = 0; i < actual.length; i++) {
      close(name + "[" + i + "]", actual[i], expected.get(i));
    }
  }
}
