/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.base.settings.InvalidSettingsException;
import dev.plumbline.datasets.DatasetException;
import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.FeedbackRecord;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(Cluster.Shared.class)
final class DatasetReplayTest {
  @TempDir Path folder;
  private Cluster cluster;
  private String policy;

  @BeforeEach
  void takePolicy(Cluster shared) {
    cluster = shared;
    policy = shared.policy();
  }

  @Test
  void shouldWriteEveryRowOnceHoweverOftenItIsReplayed() throws IOException {
    Path file = write("rows.jsonl", 25);

    replayToEnd(file);
    replayToEnd(file);

    assertThat(votes()).hasSize(25).extracting(FeedbackEvent::eventId).doesNotHaveDuplicates();
    assertThat(cluster.read(Topics.TASKS, this::isOurs)).hasSize(25);
    assertThat(cluster.read(Topics.COMPLETIONS, this::isOurs)).hasSize(50);
    assertThat(cluster.read(Topics.PROMPTS, this::isOurs)).hasSize(25);
  }

  @Test
  void shouldGoOnAfterTheLastCommittedRowWhenStoppedInBetween() throws Exception {
    Path file = write("rows.jsonl", 30);
    var slow = settings(file, "rows_per_second=40", "batch_rows=2");
    try (var replay = DatasetReplay.start(slow, cluster.context())) {
      Cluster.await("some votes", () -> votes().size() >= 4);
      assertThat(replay.done()).isNotDone();
    }
    int written = votes().size();
    assertThat(written).isLessThan(30);

    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    replayToEnd(settings(file), cluster.context(meters));

    assertThat(meters.counter("plumbline.replay.rows", "dataset", policy).count())
        .isEqualTo(30 - written);
    assertThat(votes()).hasSize(30).extracting(FeedbackEvent::eventId).doesNotHaveDuplicates();
  }

  @Test
  void shouldGoOnWithRowsThatWereAppended() throws IOException {
    replayToEnd(write("rows.jsonl", 3));
    replayToEnd(write("rows.jsonl", 5));

    assertThat(votes()).hasSize(5);
  }

  @Test
  void shouldRefuseAFileWhoseReplayedPartHasChanged() throws IOException {
    Path file = write("rows.jsonl", 3);
    replayToEnd(file);
    Files.writeString(file, Files.readString(file).replace("good 2", "better 2"));

    assertThatThrownBy(() -> replayToEnd(file))
        .hasRootCauseInstanceOf(InvalidSettingsException.class)
        .rootCause()
        .hasMessageContainingAll("rows.jsonl", "its first 3 lines differ", "replay.dataset");
  }

  @Test
  void shouldSkipRowsWithNothingToCompareAndCountThem() throws IOException {
    Path file = folder.resolve("rows.jsonl");
    Files.writeString(
        file,
        """
        {"prompt": "p1", "chosen": "same", "rejected": "same"}
        {"prompt": "p2", "chosen": "good", "rejected": "bad"}
        """);
    SimpleMeterRegistry meters = new SimpleMeterRegistry();

    replayToEnd(settings(file), cluster.context(meters));

    assertThat(votes()).hasSize(1);
    assertThat(meters.counter("plumbline.replay.rows.skipped", "dataset", policy).count())
        .isEqualTo(1);
  }

  @Test
  void shouldRefuseToStartOnAFileThatIsAbsentOrOfNoKnownFormat() throws IOException {
    Path absent = folder.resolve("absent.jsonl");
    Path other = Files.writeString(folder.resolve("other.jsonl"), "{\"colour\": \"red\"}\n");

    assertThatThrownBy(() -> DatasetReplay.start(settings(absent), cluster.context()))
        .isInstanceOf(DatasetException.class)
        .hasMessage("absent.jsonl:1: the file does not exist: " + absent);
    assertThatThrownBy(() -> DatasetReplay.start(settings(other), cluster.context()))
        .isInstanceOf(DatasetException.class)
        .hasMessageStartingWith("other.jsonl:1: no known format has the keys");
  }

  @Test
  void shouldWriteNothingOfABatchWithABadRowAndNameItsLine() throws IOException {
    Path file = write("rows.jsonl", 2);
    Files.writeString(file, Files.readString(file) + "{\"prompt\": \"p\"}\n");

    assertThatThrownBy(() -> replayToEnd(file))
        .hasRootCauseInstanceOf(DatasetException.class)
        .rootCause()
        .hasMessageStartingWith("rows.jsonl:3: chosen: is missing");
    assertThat(votes()).isEmpty();
  }

  private void replayToEnd(Path file) {
    replayToEnd(settings(file), cluster.context());
  }

  private static void replayToEnd(ReplaySettings settings, RoleContext context) {
    try (var replay = DatasetReplay.start(settings, context)) {
      replay.done().join();
    }
  }

  /** The policy is the name of the data set as well, so that its records can be told apart. */
  private ReplaySettings settings(Path file, String... assignments) {
    return Fixtures.settings(
        ReplaySettings.class,
        Stream.concat(
                Stream.of("file=" + file, "policy=" + policy, "dataset=" + policy),
                Arrays.stream(assignments))
            .toArray(String[]::new));
  }

  private Path write(String name, int rows) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(
        file,
        IntStream.rangeClosed(1, rows)
            .mapToObj(
                row ->
                    "{\"prompt\": \"prompt %d\", \"chosen\": \"good %d\", \"rejected\": \"bad %d\"}\n"
                        .formatted(row, row, row))
            .collect(Collectors.joining()));
    return file;
  }

  private List<FeedbackEvent> votes() {
    return cluster.read(Topics.FEEDBACK, this::isOurs).stream()
        .map(FeedbackEvent.class::cast)
        .toList();
  }

  private boolean isOurs(FeedbackRecord said) {
    return said instanceof FeedbackEvent event && event.source().equals(policy);
  }

  private boolean isOurs(ComparisonTask task) {
    return task.source().equals(policy);
  }

  private boolean isOurs(Completion completion) {
    return completion.source().equals(policy);
  }

  private boolean isOurs(Prompt prompt) {
    return prompt.policy().equals(policy);
  }
}
