/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;

/**
 * Reference numbers: from the folder {@code -Dplumbline.oracles} when given, else the copies beside
 * the tests.
 */
final class Oracles {
  private Oracles() {}

  /**
   * Each case of a file in float64, and in float32 through a model.
   *
   * @param directory for the models' files
   * @param rows of a batch
   * @param check what must hold of a case
   */
  static Stream<DynamicTest> tests(
      String file,
      Path directory,
      Function<JsonNode, List<LogitRow>> rows,
      Consumer<OracleCase> check) {
    return pairs(
        file,
        directory,
        rows,
        (throughModel, exact) -> {
          check.accept(exact);
          check.accept(throughModel);
        });
  }

  /**
   * Each case of a file with {@linkplain LogitRow#extreme extreme} logits.
   *
   * @param check what must hold between the case through a model and in float64
   */
  static Stream<DynamicTest> extremeTests(
      String file,
      Path directory,
      Function<JsonNode, List<LogitRow>> rows,
      BiConsumer<OracleCase, OracleCase> check) {
    return pairs(
        file,
        directory,
        batch -> rows.apply(batch).stream().map(LogitRow::extreme).toList(),
        check);
  }

  /** Each case of a file whose numbers need no model. */
  static Stream<DynamicTest> tests(String file, Consumer<JsonNode> check) {
    return stream(read(file).get("cases"))
        .map(one -> dynamicTest(name(one), () -> check.accept(one)));
  }

  private static Stream<DynamicTest> pairs(
      String file,
      Path directory,
      Function<JsonNode, List<LogitRow>> rowsOf,
      BiConsumer<OracleCase, OracleCase> check) {
    JsonNode oracle = read(file);
    IdentityHashMap<JsonNode, LogitModel> models = new IdentityHashMap<>();
    return stream(oracle.get("cases"))
        .map(
            one ->
                dynamicTest(
                    name(one),
                    () -> {
                      JsonNode batch = batch(oracle, one);
                      List<LogitRow> rows = rowsOf.apply(batch);
                      Path files = directory.resolve("model-" + models.size());
                      LogitModel model =
                          models.computeIfAbsent(batch, key -> new LogitModel(rows, files));
                      check.accept(
                          new OracleCase(one, batch, model, Closeness.FLOAT32),
                          new OracleCase(one, batch, new SoftmaxModel(rows), Closeness.FLOAT64));
                    }))
        .onClose(() -> models.values().forEach(LogitModel::close));
  }

  private static JsonNode batch(JsonNode oracle, JsonNode one) {
    return one.has("batch")
        ? oracle.get("batches").get(one.get("batch").asText())
        : one.get("inputs");
  }

  private static String name(JsonNode one) {
    return Stream.of("method", "kind", "batch", "config")
        .filter(one::has)
        .map(field -> one.get(field).toString())
        .collect(Collectors.joining(" "));
  }

  private static JsonNode read(String file) {
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

  static double[] doubles(JsonNode array) {
    return stream(array).mapToDouble(JsonNode::asDouble).toArray();
  }

  static double[][] rows(JsonNode array) {
    return stream(array).map(Oracles::doubles).toArray(double[][]::new);
  }

  static double[][][] tensor(JsonNode array) {
    return stream(array).map(Oracles::rows).toArray(double[][][]::new);
  }

  static int[] ints(JsonNode array) {
    return stream(array).mapToInt(JsonNode::asInt).toArray();
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}
