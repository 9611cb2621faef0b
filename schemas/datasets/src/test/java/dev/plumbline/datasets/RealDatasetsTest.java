/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.plumbline.events.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class RealDatasetsTest {

  @Test
  void shouldReadEveryHumanPreferenceOfHhLastturn() {
    List<DatasetRow> rows = read("hh-lastturn/train.jsonl.gz");

    assertThat(rows).hasSize(4356).hasOnlyElementsOfType(PreferenceRow.class);
    assertThat(rows.stream().map(DatasetRow::id).distinct()).hasSize(4356);
  }

  @Test
  void shouldSplitTheDialoguesOfHhHarmlessBeforeTheLastAnswer() {
    List<DatasetRow> rows = read("hh-harmless/train.jsonl.gz");

    assertThat(rows).hasSize(1430);
    assertThat(rows)
        .filteredOn(PreferenceRow.class::isInstance)
        .allSatisfy(row -> assertThat(((PreferenceRow) row).prompt()).endsWith("\n\nAssistant:"))
        .hasSizeGreaterThan(1400);
  }

  @Test
  void shouldReadThreeVotesPerRowOfPandalmAndListTheEmptyResponses() {
    List<DatasetRow> rows = read("pandalm/pairs.jsonl.gz");
    List<PreferenceRow> usable =
        rows.stream()
            .filter(PreferenceRow.class::isInstance)
            .map(PreferenceRow.class::cast)
            .toList();
    Map<Answer, Long> answers =
        usable.stream()
            .flatMap(row -> row.votes().stream())
            .collect(Collectors.groupingBy(Vote::answer, Collectors.counting()));

    assertThat(rows).hasSize(700);
    assertThat(usable).hasSize(658).allSatisfy(row -> assertThat(row.votes()).hasSize(3));
    assertThat(answers).isEqualTo(Map.of(Answer.A, 823L, Answer.B, 902L, Answer.TIE, 249L));
    assertThat(
            rows.stream()
                .filter(SkippedRow.class::isInstance)
                .map(row -> ((SkippedRow) row).reason())
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting())))
        .isEqualTo(Map.of("candidate a is blank", 25L, "candidate b is blank", 17L));
  }

  @Test
  void shouldReadWhichOutputOfLlmbarIsBetter() {
    List<DatasetRow> rows = read("llmbar/pairs.jsonl.gz");

    assertThat(rows).hasSize(317).hasOnlyElementsOfType(PreferenceRow.class);
  }

  private static List<DatasetRow> read(String name) {
    Path file = Path.of(System.getProperty("plumbline.data", "../shared/data"), name);
    assumeTrue(Files.exists(file), () -> "real data is absent: " + file);
    List<DatasetRow> rows = new ArrayList<>();
    try (var reader = PreferenceReader.open(file, "real")) {
      for (Optional<DatasetRow> row = reader.next(); row.isPresent(); row = reader.next()) {
        rows.add(row.get());
      }
    }
    return rows;
  }
}
