/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.reference;

import static dev.plumbline.lm.reference.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The reference model against transformers and PEFT in double precision: every family, file format,
 * rotary scaling and adapter kind under {@code goldens}.
 */
final class ReferenceGoldenTest {
  private static final double TOLERANCE = 1e-11;
  private static final Path GOLDENS = ReferenceResources.directory("goldens");

  @TestFactory
  Stream<DynamicTest> shouldComputeWhatTransformersComputes() throws IOException {
    return goldens(GOLDENS).stream()
        .map(
            golden ->
                DynamicTest.dynamicTest(golden.getFileName().toString(), () -> check(golden)));
  }

  @TestFactory
  Stream<DynamicTest> shouldComputeWhatPeftComputes() throws IOException {
    return goldens(GOLDENS.resolve("peft")).stream()
        .map(
            golden ->
                DynamicTest.dynamicTest(golden.getFileName().toString(), () -> check(golden)));
  }

  @Test
  void shouldHoldAGoldenOfEveryCheckpointAndAdapter() throws IOException {
    for (Path checkpoint : children("checkpoints")) {
      assertThat(GOLDENS.resolve(checkpoint.getFileName() + ".safetensors")).exists();
    }
    for (Path adapter : children("peft")) {
      assertThat(GOLDENS.resolve("peft").resolve(adapter.getFileName() + ".safetensors")).exists();
    }
  }

  @Test
  void shouldScoreATrainedCheckpointAsItsOriginalDoes() {
    Path stories = Path.of(System.getProperty("plumbline.data", "../shared/data"), "stories260k");
    assumeTrue(Files.isDirectory(stories), "skipped: " + stories + " is absent (-Dplumbline.data)");
    JsonNode expected = ReferenceFiles.json(stories.resolve("golden.json"));
    ReferencePass pass = ReferenceModel.load(stories).forward(ints(expected.path("greedy_ids")));
    assertClose(
        "log-probabilities", pass.logProbs(), doubles(expected.path("token_logprobs")), 1e-5);
    assertClose(
        "last logits",
        pass.logits()[expected.path("greedy_ids").size() - 1],
        doubles(expected.path("last_logits")),
        1e-5);
  }

  private static void check(Path golden) throws IOException {
    JsonNode about =
        new ObjectMapper()
            .readTree(Objects.requireNonNull(ReferenceFiles.metadata(golden, "golden")));
    Map<String, ReferenceTensor> expected = ReferenceFiles.safetensors(golden);
    ReferencePass pass = model(about).forward(ints(about.path("ids")));
    assertClose("logits", flat(pass.logits()), expected.get("logits").values(), TOLERANCE);

    ReferenceTensor cotangent = expected.get("cotangent");
    if (cotangent == null) {
      return;
    }
    Map<String, double[]> gradients = pass.pullBackLogits(rows(cotangent));
    int compared = 0;
    for (Map.Entry<String, ReferenceTensor> entry : expected.entrySet()) {
      if (entry.getKey().startsWith("grad.")) {
        String name = entry.getKey().substring(5).replace("_vector.weight", "_vector");
        assertThat(gradients).containsKey(name);
        assertClose(name, gradients.get(name), entry.getValue().values(), TOLERANCE);
        compared++;
      }
    }
    boolean adapted = about.has("adapter");
    assertThat(
            gradients.keySet().stream().filter(name -> !adapted || name.startsWith("base_model.")))
        .hasSize(compared);
  }

  private static ReferenceModel model(JsonNode about) {
    ReferenceModel model =
        ReferenceModel.load(
            ReferenceResources.directory("checkpoints/" + about.path("checkpoint").asText()));
    if (about.has("config")) {
      model = ReferenceModel.of(about.path("config"), model.weights());
    }
    return about.has("adapter")
        ? model.withAdapter(ReferenceResources.directory("peft/" + about.path("adapter").asText()))
        : model;
  }

  private static double[][] rows(ReferenceTensor tensor) {
    return new Variable(tensor.rows(), tensor.columns(), tensor.values()).toRows();
  }

  private static double[] flat(double[][] rows) {
    return Stream.of(rows).flatMapToDouble(Arrays::stream).toArray();
  }

  private static int[] ints(JsonNode array) {
    return IntStream.range(0, array.size()).map(i -> array.path(i).asInt()).toArray();
  }

  private static double[] doubles(JsonNode array) {
    return IntStream.range(0, array.size()).mapToDouble(i -> array.path(i).asDouble()).toArray();
  }

  private static List<Path> goldens(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> goldens = files.filter(Files::isRegularFile).sorted().toList();
      assertThat(goldens).isNotEmpty();
      return goldens;
    }
  }

  private static List<Path> children(String directory) throws IOException {
    try (Stream<Path> files = Files.list(ReferenceResources.directory(directory))) {
      List<Path> children = files.sorted().toList();
      assertThat(children).isNotEmpty();
      return children;
    }
  }
}
