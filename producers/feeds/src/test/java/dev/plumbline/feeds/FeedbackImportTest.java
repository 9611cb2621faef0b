/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.base.progress.ProgressStyle;
import dev.plumbline.base.settings.InvalidSettingsException;
import dev.plumbline.base.settings.Settings;
import dev.plumbline.base.settings.SettingsSource;
import dev.plumbline.datasets.DatasetException;
import dev.plumbline.events.AnnotatorKind;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.Statement;
import dev.plumbline.events.Topics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(Cluster.Shared.class)
final class FeedbackImportTest {
  @TempDir Path folder;
  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
  private Cluster cluster;
  private String policy;

  @BeforeEach
  void takePolicy(Cluster shared) {
    cluster = shared;
    policy = shared.policy();
  }

  @Test
  void shouldImportEveryJudgementUnderAPseudonym() throws IOException {
    importToEnd(write(task(1), task(2)), "batch_rows=1");

    List<FeedbackEvent> said = said();
    assertThat(said).hasSize(8);
    assertThat(said).filteredOn(event -> event.statement() instanceof Statement.Rating).hasSize(2);
    assertThat(said).extracting(event -> event.annotator().id()).doesNotContain("7", "8");
    assertThat(said.stream().map(event -> event.annotator().id()).distinct()).hasSize(3);
    assertThat(said)
        .filteredOn(event -> event.annotator().kind() == AnnotatorKind.MODEL)
        .hasSize(2);
    assertThat(said.toString()).doesNotContain("example.org");
    Path pseudonyms = folder.resolve("people/annotators.jsonl");
    assertThat(Files.readAllLines(pseudonyms)).hasSize(3);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(pseudonyms)))
        .isEqualTo("rw-------");
  }

  @Test
  void shouldSaySecondTimesWhatItSaidTheFirstTime() throws IOException {
    Path file = write(task(1));
    importToEnd(file);
    List<FeedbackEvent> first = said();

    importToEnd(write(task(1), task(2)));

    List<FeedbackEvent> all = said();
    assertThat(all).hasSize(12);
    assertThat(all.stream().map(FeedbackEvent::eventId).distinct()).hasSize(8);
    assertThat(all.stream().map(FeedbackEvent::contentHash).distinct()).hasSize(8);
    assertThat(all).containsAll(first);
  }

  @Test
  void shouldSendNothingOfAFileWithBadRowsAndNameThemAll() throws IOException {
    Path file = write(task(1), "5", "{\"data\": {\"prompt\": \"p\"}, \"annotations\": []}");

    assertThatThrownBy(() -> importToEnd(file))
        .hasRootCauseInstanceOf(InvalidSettingsException.class)
        .rootCause()
        .hasMessageContaining("2 of 3 rows can't be imported");

    assertThat(said()).isEmpty();
    assertThat(shown.toString(StandardCharsets.UTF_8))
        .contains("tasks.json:2: row: must be a JSON object, but was 5")
        .contains("tasks.json:3: data: have no candidate among [prompt]");
  }

  @Test
  void shouldLeaveOutBadRowsWhereThatIsWanted() throws IOException {
    Path file = write("5", task(1), task(2).replace("\"rating\": 3", "\"rating\": 30"));

    importToEnd(file, "bad_rows=skip");

    assertThat(said()).hasSize(4);
    assertThat(shown.toString(StandardCharsets.UTF_8))
        .contains("tasks.json:3: the mark of stars must lie on its scale 1.0 to 5.0, but was 30.0");
  }

  @Test
  void shouldNameAPseudonymFileThatIsNone() throws IOException {
    Path pseudonyms = folder.resolve("people/annotators.jsonl");
    Files.createDirectories(pseudonyms.getParent());
    Files.writeString(pseudonyms, "{\"annotator\": \"7\"}\n");

    assertThatThrownBy(() -> importToEnd(write(task(1))))
        .hasRootCauseInstanceOf(InvalidSettingsException.class)
        .rootCause()
        .hasMessageContaining("annotators.jsonl:1: expected {\"annotator\"");
  }

  @Test
  void shouldRefuseAFileThatDoesNotExist() {
    assertThatThrownBy(() -> importToEnd(folder.resolve("absent.json")))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("does not exist");
  }

  private String task(int number) {
    return """
      {"id": %d, "data": {"prompt": "%s %d", "text1": "one", "text2": "two"}, "annotations": [
        {"completed_by": {"id": 7, "email": "bo@example.org"}, "updated_at": "2026-01-01T00:00:00Z",
         "result": [{"type": "pairwise", "from_name": "better", "to_name": "text1,text2", "value": {"selected": "right"}},
                    {"type": "rating", "from_name": "stars", "to_name": "text1", "value": {"rating": 3}}]},
        {"completed_by": 8, "updated_at": "2026-01-01T00:00:00Z",
         "result": [{"type": "pairwise", "from_name": "better", "to_name": "text1,text2", "value": {"selected": "left"}}]}],
       "predictions": [{"model_version": "judge-7b", "result": [
         {"type": "pairwise", "from_name": "better", "to_name": "text1,text2", "value": {"selected": "left"}}]}]}
      """
        .formatted(number, policy, number);
  }

  private Path write(String... rows) throws IOException {
    return Files.writeString(folder.resolve("tasks.json"), "[" + String.join(",\n", rows) + "]");
  }

  private void importToEnd(Path file, String... more) {
    List<String> settings =
        new ArrayList<>(List.of("file=" + file, "policy=" + policy, "dataset=" + policy));
    settings.addAll(List.of(more));
    RoleContext context = cluster.context();
    try (var imported =
        FeedbackImport.start(
            Settings.bind(ImportSettings.class, SettingsSource.empty().with(settings)),
            new RoleContext(
                context.clients(),
                context.layout(),
                context.keys(),
                context.meters(),
                context.clock(),
                ProgressStyle.LINES,
                new PrintStream(shown, true, StandardCharsets.UTF_8)),
            folder.resolve("people/annotators.jsonl"),
            new Random(17))) {
      imported.done().join();
    }
  }

  private List<FeedbackEvent> said() {
    List<String> items =
        cluster.read(Topics.PROMPTS, prompt -> prompt.policy().equals(policy)).stream()
            .map(Prompt::itemId)
            .toList();
    return cluster
        .read(
            Topics.FEEDBACK,
            record -> record instanceof FeedbackEvent event && items.contains(event.itemId()))
        .stream()
        .map(FeedbackEvent.class::cast)
        .toList();
  }
}
