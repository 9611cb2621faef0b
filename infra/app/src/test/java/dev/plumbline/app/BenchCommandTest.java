/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.app.Commands.Outcome;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BenchCommandTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--device | tpu | device must be cpu, cuda or cuda:N",
        "--threads | 0 | --threads must be at least 1, but was 0",
        "--seconds | 0 | --seconds must be at least 1, but was 0",
        "--precisions | int8 | must be float32, float64 or bfloat16, but was 'int8'",
        "--sizes | huge | huge",
      })
  void shouldRefuseOptionsItCanNotMeasureWith(String option, String value, String message) {
    Outcome outcome = Commands.run("bench", "lm", option, value);

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains(message).doesNotContain("\tat ");
    assertThat(outcome.out()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--items | 10 | --items must be at least 100, but was 10",
        "--repetitions | 0 | --repetitions must be at least 1, but was 0",
        "--threads | 0 | --threads must be at least 1, but was 0",
        "--delay-seconds | 0 | --delay-seconds must be at least 1, but was 0",
        "--commit-intervals | 25,0 | --commit-intervals must be at least 1, but was 0",
      })
  void shouldRefuseStreamsThatItCanNotMeasure(String option, String value, String message) {
    Outcome outcome = Commands.run("bench", "streams", option, value);

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains(message).doesNotContain("\tat ");
    assertThat(outcome.out()).isEmpty();
  }

  @Test
  @Tag("bench")
  void shouldLearnFasterFromSharedPromptsThanFromPaddedOnes() {
    Outcome outcome =
        Commands.run("bench", "lm", "--sizes", "small,medium", "--seconds", "2", "--json");

    List<JsonNode> cells = outcome.lines();
    assertThat(cells).hasSize(2 * 2 * 3 * 2);
    for (int i = 0; i < cells.size(); i += 2) {
      double padded = cells.get(i).path("tokens_per_second").doubleValue();
      double shared = cells.get(i + 1).path("tokens_per_second").doubleValue();
      assertThat(shared / padded).as(cells.get(i).toString()).isGreaterThan(1.5);
    }
  }
}
