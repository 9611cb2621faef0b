/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.plumbline.datasets.DatasetRow;
import dev.plumbline.datasets.PreferenceReader;
import dev.plumbline.datasets.PreferenceRow;
import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Prompt;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RealRowsTest {

  @Test
  void shouldAskThreeNamedAnnotatorsAboutEveryUsableRowOfPandalm() {
    List<Record> records = records("pandalm/pairs.jsonl.gz", "pandalm");

    assertThat(records)
        .filteredOn(ComparisonTask.class::isInstance)
        .hasSize(658)
        .allSatisfy(task -> assertThat(((ComparisonTask) task).quorum()).isEqualTo(3));
    assertThat(votes(records)).hasSize(1974);
    assertThat(votes(records).stream().map(vote -> vote.annotator().id()).distinct())
        .containsExactlyInAnyOrder(
            "pandalm-annotator1", "pandalm-annotator2", "pandalm-annotator3");
    assertThat(records.stream().filter(Prompt.class::isInstance).distinct().count()).isEqualTo(115);
  }

  @Test
  void shouldAskForOneVoteOnEveryRowOfHhLastturn() {
    List<Record> records = records("hh-lastturn/train.jsonl.gz", "hh-lastturn");

    assertThat(records)
        .filteredOn(ComparisonTask.class::isInstance)
        .hasSize(4356)
        .allSatisfy(task -> assertThat(((ComparisonTask) task).quorum()).isEqualTo(1));
    assertThat(votes(records).stream().map(FeedbackEvent::eventId).distinct()).hasSize(4356);
  }

  private static List<FeedbackEvent> votes(List<Record> records) {
    return records.stream()
        .filter(FeedbackEvent.class::isInstance)
        .map(FeedbackEvent.class::cast)
        .toList();
  }

  private static List<Record> records(String name, String dataset) {
    Path file = Path.of(System.getProperty("plumbline.data", "../shared/data"), name);
    assumeTrue(Files.exists(file), () -> "real data is absent: " + file);
    RowEvents events = new RowEvents(dataset, "assistant");
    List<Record> records = new ArrayList<>();
    try (var reader = PreferenceReader.open(file, dataset)) {
      for (Optional<DatasetRow> row = reader.next(); row.isPresent(); row = reader.next()) {
        if (row.get() instanceof PreferenceRow usable) {
          records.addAll(events.of(usable, Cluster.ACCEPTED));
        }
      }
    }
    return records;
  }
}
