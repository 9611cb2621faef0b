/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A real trained checkpoint against numbers computed from its original file in double precision.
 */
final class StoriesCheckpointTest {
  private static final Path DIRECTORY =
      Path.of(System.getProperty("plumbline.data", "../shared/data"), "stories260k");

  private static CausalLanguageModel model;
  private static JsonNode golden;

  @BeforeAll
  static void load() throws IOException {
    if (Files.isDirectory(DIRECTORY)) {
      model = CausalLanguageModel.load(DIRECTORY, EngineOptions.defaults());
      golden = new ObjectMapper().readTree(DIRECTORY.resolve("golden.json").toFile());
    }
  }

  @BeforeEach
  void requireCheckpoint() {
    assumeTrue(model != null, "skipped: " + DIRECTORY + " is absent (-Dplumbline.data)");
  }

  @AfterAll
  static void close() {
    if (model != null) {
      model.close();
    }
  }

  @Test
  void shouldContinueGreedilyAsTheOriginalDoes() {
    int[] expected = ints(golden.path("greedy_ids"));
    SampledCompletion completion =
        model
            .sample(
                List.of(new int[] {expected[0]}),
                Adapter.none(),
                SamplingOptions.greedy(expected.length - 1),
                List.of(0L))
            .getFirst();
    assertThat(completion.ids()).containsExactly(Arrays.copyOfRange(expected, 1, expected.length));
    assertThat(completion.finishReason()).isEqualTo(FinishReason.LENGTH);
    // greedy_text goes on where greedy_ids end.
    String decoded = model.tokenizer().decode(expected);
    assertThat(golden.path("greedy_text").asText()).startsWith(decoded);
    assertThat(decoded).hasSizeGreaterThan(150);
  }

  @Test
  void shouldGiveTheOriginalsLogProbabilities() {
    TokenStatistics statistics =
        model.score(List.of(new TokenRow(ints(golden.path("greedy_ids")), 1)), Adapter.none());
    double[] expected =
        StreamSupport.stream(golden.path("token_logprobs").spliterator(), false)
            .mapToDouble(JsonNode::asDouble)
            .toArray();
    assertThat(statistics.logProbs(0)).containsExactly(expected, within(1e-3));
    assertThat(statistics.completionLogProb(0))
        .isCloseTo(golden.path("sequence_logprob").asDouble(), within(1e-2));
  }

  @Test
  void shouldEncodeAsTheOriginalDoes() {
    for (JsonNode sample : golden.path("encode")) {
      String text = sample.path("text").asText();
      assertThat(model.tokenizer().encodePrompt(text))
          .as(text)
          .containsExactly(ints(sample.path("ids")));
    }
  }

  @Test
  void shouldEncodeTextLongerThanAnyDefaultLimit() {
    assertThat(model.tokenizer().encode("Once upon a time. ".repeat(400)).length)
        .isGreaterThan(2000);
  }

  private static int[] ints(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }
}
