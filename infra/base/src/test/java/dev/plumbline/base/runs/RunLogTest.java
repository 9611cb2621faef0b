/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.plumbline.base.runs.EventRecords.Event;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLogTest {

  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-01-02T03:04:05.250Z"));

  @TempDir Path folder;

  @Test
  void shouldWriteEachStepAsOneLineAtOnce() throws IOException {
    try (RunLog log = RunLog.start(folder, CLOCK)) {
      log.log(1, Map.of("loss", 0.6931));
      assertThat(metrics())
          .containsExactly("{\"step\":1,\"wall_time\":1.76732304525E9,\"loss\":0.6931}");

      log.log(2, scalars("loss", Double.NaN, "grad_norm", Double.POSITIVE_INFINITY, "kl", -0.5));
      assertThat(metrics())
          .last()
          .isEqualTo(
              "{\"step\":2,\"wall_time\":1.76732304525E9,\"loss\":null,\"grad_norm\":null,\"kl\":-0.5,"
                  + "\"not_finite\":[\"loss\",\"grad_norm\"]}");

      log.text("samples", "a \"b\"\n|c|");
      assertThat(Files.readString(folder.resolve(RunLog.TEXTS_FILE)))
          .isEqualTo(
              "{\"step\":2,\"wall_time\":1.76732304525E9,\"tag\":\"samples\",\"markdown\":\"a \\\"b\\\"\\n|c|\"}\n");
    }
  }

  @Test
  void shouldWriteTheSameForTensorBoardAtOnce() throws IOException {
    try (RunLog log = RunLog.start(folder, CLOCK)) {
      log.log(0, scalars("loss", 0.6931, "eval_rewards/margins", Double.NaN));
      log.log(300_000_000_000L, scalars("loss", -1e-3));
      log.text("samples/1", "größer *als*");

      double time = 1767323045.25;
      assertThat(events(0))
          .containsExactly(
              new Event(time, 0, "brain.Event:2", false, Map.of(), Map.of()),
              new Event(time, 0, "", true, Map.of(), Map.of()),
              new Event(
                  time,
                  0,
                  "",
                  false,
                  Map.of("loss", 0.6931f, "eval_rewards/margins", Float.NaN),
                  Map.of()),
              new Event(time, 300_000_000_000L, "", false, Map.of("loss", -1e-3f), Map.of()),
              new Event(
                  time,
                  300_000_000_000L,
                  "",
                  false,
                  Map.of(),
                  Map.of("samples/1", "größer *als*")));
    }
  }

  @Test
  void shouldMaskChecksumsAsTensorFlowDoes() {
    assertThat(EventFile.maskedCrc("123456789".getBytes(StandardCharsets.US_ASCII)))
        .isEqualTo(0xC78AB0E5);
    assertThat(EventFile.maskedCrc(new byte[32])).isEqualTo(0x0FD7FFFA);
  }

  @Test
  void shouldDropLaterStepsWhenItResumes() throws IOException {
    try (RunLog log = RunLog.start(folder, CLOCK)) {
      for (long step = 1; step <= 5; step++) {
        log.log(step, Map.of("loss", 1.0 / step));
        log.log(step, Map.of("eval_loss", 2.0 / step));
        log.text("samples", "at " + step);
      }
    }
    List<String> before = metrics();

    try (RunLog log = RunLog.resume(folder, 3, CLOCK)) {
      log.log(4, Map.of("loss", 0.125));
      log.text("samples", "again at 4");
    }

    assertThat(metrics())
        .startsWith(before.subList(0, 6).toArray(String[]::new))
        .hasSize(7)
        .last()
        .asString()
        .contains("\"step\":4", "\"loss\":0.125");
    assertThat(Files.readAllLines(folder.resolve(RunLog.TEXTS_FILE)))
        .hasSize(4)
        .last()
        .asString()
        .contains("again at 4");
    assertThat(events(0)).hasSize(17);
    assertThat(events(1))
        .extracting(Event::version, Event::sessionStart, Event::step)
        .startsWith(tuple("brain.Event:2", false, 0L), tuple("", true, 4L))
        .hasSize(4);
  }

  @Test
  void shouldDropALineThatWasCutOffWhenItResumes() throws IOException {
    try (RunLog log = RunLog.start(folder, CLOCK)) {
      log.log(1, Map.of("loss", 0.5));
    }
    Files.writeString(
        folder.resolve(RunLog.METRICS_FILE), "{\"step\":2,\"wall_t", StandardOpenOption.APPEND);

    try (RunLog log = RunLog.resume(folder, 2, CLOCK)) {
      log.log(3, Map.of("loss", 0.25));
    }

    assertThat(metrics()).hasSize(2).last().asString().startsWith("{\"step\":3,");
  }

  @Test
  void shouldResumeARunThatWasKilledBeforeItsFirstLine() throws IOException {
    try (RunLog log = RunLog.resume(folder.resolve("new"), 0, CLOCK)) {
      log.log(1, Map.of("loss", 0.5));
    }

    assertThat(Files.readAllLines(folder.resolve("new").resolve(RunLog.METRICS_FILE))).hasSize(1);
  }

  @Test
  void shouldRefuseADamagedLineByFileAndLine() throws IOException {
    Path file =
        Files.writeString(folder.resolve(RunLog.METRICS_FILE), "{\"step\":1}\n{\"loss\":2}\n");

    assertThatThrownBy(() -> RunLog.resume(folder, 5, CLOCK))
        .hasMessage(
            "%s:2: expected a JSON object with an integer 'step', but was '{\"loss\":2}'", file);
  }

  @Test
  void shouldRefuseAFolderThatHasTheLogOfAnotherRun() {
    RunLog.start(folder, CLOCK).close();

    assertThatThrownBy(() -> RunLog.start(folder, CLOCK))
        .hasMessage(
            "folder %s has the metrics.jsonl of another run: resume that run, or choose another folder",
            folder);
  }

  @Test
  void shouldRefuseAStepThatFallsAndANameThatIsTaken() {
    try (RunLog log = RunLog.start(folder, CLOCK)) {
      log.log(3, Map.of("loss", 0.5));

      assertThatThrownBy(() -> log.log(2, Map.of("loss", 0.5)))
          .hasMessage("step must not fall below 3, but was 2");
      assertThatThrownBy(() -> log.log(4, Map.of("step", 0.5)))
          .hasMessageEndingWith("but was 'step'");
    }
    assertThatThrownBy(() -> RunLog.resume(folder, -1, CLOCK))
        .hasMessage("a run resumes at step 0 or later, but was -1");
  }

  private List<String> metrics() throws IOException {
    return Files.readAllLines(folder.resolve(RunLog.METRICS_FILE));
  }

  private List<Event> events(int ordinal) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> found =
          files
              .filter(file -> file.getFileName().toString().contains("tfevents"))
              .sorted()
              .toList();
      assertThat(found.get(ordinal))
          .hasFileName("events.out.tfevents.1767323045.plumbline-000" + ordinal);
      return EventRecords.read(found.get(ordinal));
    }
  }

  private static Map<String, Double> scalars(Object... namesAndValues) {
    Map<String, Double> scalars = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      scalars.put((String) namesAndValues[i], (Double) namesAndValues[i + 1]);
    }
    return scalars;
  }
}
