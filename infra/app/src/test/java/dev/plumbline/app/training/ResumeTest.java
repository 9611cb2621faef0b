/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.app.models.InputException;
import dev.plumbline.base.FailPoint;
import dev.plumbline.base.progress.ProgressStyle;
import dev.plumbline.lm.HuggingFaceDirectory;
import dev.plumbline.lm.RandomCheckpoint;
import dev.plumbline.lm.family.ModelConfig;
import dev.plumbline.lm.family.ModelSizes;
import dev.plumbline.lm.safetensors.ElementType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run that was cut off anywhere ends with the bytes of a run that never was. */
class ResumeTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);

  @TempDir private static Path shared;
  private static Path model;
  private static Path data;

  @TempDir private Path folder;
  private Path whole;
  private Path cut;

  @BeforeAll
  static void writeModelAndData() throws IOException {
    model = Files.createDirectory(shared.resolve("tiny"));
    new RandomCheckpoint(ModelConfig.of("llama", ModelSizes.tiny()), ElementType.F32, 7)
        .writeTo(model, HuggingFaceDirectory.SHARD_BYTES);
    data =
        Files.writeString(
            shared.resolve("pairs.jsonl"),
            IntStream.range(0, 11)
                .mapToObj(
                    i ->
                        "{\"prompt\": \"fox %d\", \"chosen\": \" jumps\", \"rejected\": \" sleeps\"}"
                            .formatted(i))
                .collect(Collectors.joining("\n")));
  }

  @BeforeEach
  void nameFolders() {
    whole = folder.resolve("whole");
    cut = folder.resolve("cut");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "loss_type=sigmoid lora_dropout=0.3 lr_scheduler_type=cosine",
        "loss_type=kto",
        "loss_type=sigmoid sync_ref_model=true ref_model_sync_steps=2",
        "loss_type=tdpo2 use_peft=false sync_ref_model=true ref_model_sync_steps=2",
      })
  void shouldEndWithTheSameBytesWhereverItWasCutOff(String settings) throws IOException {
    List<String> steps = new ArrayList<>();
    start(whole, settings, steps::add, () -> false);

    // Dies before the first checkpoint has its name, and, begun anew, just after.
    for (String step : List.of(RunFolder.BEFORE_RENAME, RunFolder.AFTER_RENAME)) {
      AtomicInteger left = new AtomicInteger(steps.indexOf(step));
      assertThatThrownBy(() -> start(cut, resuming(settings), reached -> die(left), () -> false))
          .isInstanceOf(Death.class);
    }
    start(cut, resuming(settings), FailPoint.NONE, () -> false);

    assertThat(files(cut)).containsExactlyElementsOf(files(whole));
    for (String file : files(whole)) {
      assertThat(cut.resolve(file)).hasSameBinaryContentAs(whole.resolve(file));
    }
  }

  @Test
  void shouldGoOnWhereItWasStopped() throws IOException {
    start(whole, "loss_type=sigmoid", FailPoint.NONE, () -> false);
    AtomicInteger asked = new AtomicInteger();

    List<String> lines =
        start(cut, "loss_type=sigmoid", FailPoint.NONE, () -> asked.incrementAndGet() > 2);
    assertThat(lines.getLast())
        .isEqualTo("stopped    resume_from_checkpoint=true goes on with the same result");
    assertThat(cut.resolve("checkpoint-2")).isDirectory();
    assertThat(cut.resolve("report.html")).exists();
    assertThat(cut.resolve(RunFolder.RESULTS_FILE)).doesNotExist();

    start(cut, "loss_type=sigmoid resume_from_checkpoint=true", FailPoint.NONE, () -> false);
    assertThat(cut.resolve("adapter_model.safetensors"))
        .hasSameBinaryContentAs(whole.resolve("adapter_model.safetensors"));
    assertThat(Files.readAllLines(cut.resolve("metrics.jsonl")))
        .hasSameSizeAs(Files.readAllLines(whole.resolve("metrics.jsonl")));
  }

  @Test
  void shouldRefuseToGoOnAsAnotherRun() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    start(cut, "loss_type=sigmoid", FailPoint.NONE, () -> asked.incrementAndGet() > 1);

    assertThatThrownBy(
            () ->
                start(
                    cut,
                    "loss_type=sigmoid beta=0.3 resume_from_checkpoint=true",
                    FailPoint.NONE,
                    () -> false))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "resume_from_checkpoint: step 1 belongs to another run: beta was 0.1, but is 0.3");
    assertThatThrownBy(
            () ->
                start(
                    cut,
                    "loss_type=sigmoid max_length=20 resume_from_checkpoint=true",
                    FailPoint.NONE,
                    () -> false))
        .hasMessageContaining("max_length was 1024, but is 20");
  }

  @Test
  void shouldKeepOnlyTheNewestCheckpoints() throws IOException {
    start(whole, "loss_type=sigmoid save_total_limit=2", FailPoint.NONE, () -> false);

    try (Stream<Path> children = Files.list(whole)) {
      assertThat(children.map(child -> child.getFileName().toString()))
          .filteredOn(name -> name.startsWith("checkpoint"))
          .containsExactlyInAnyOrder("checkpoint-3", "checkpoint-4");
    }
  }

  private static List<String> start(
      Path output, String settings, FailPoint failPoint, BooleanSupplier stop) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "model=" + model,
                "data=" + data,
                "output_dir=" + output,
                "num_train_epochs=2",
                "per_device_train_batch_size=2",
                "gradient_accumulation_steps=2",
                "save_steps=1",
                "learning_rate=0.01",
                "lora_r=2",
                "eval_fraction=0.3",
                "disable_tqdm=true"));
    arguments.addAll(List.of(settings.split(" ")));
    return new TrainingSession(
            TrainArguments.source(arguments), CLOCK, failPoint, ProgressStyle.LINES)
        .run(stop);
  }

  /** From the latest checkpoint if there is one; else anew, over what a death has left. */
  private String resuming(String settings) {
    boolean begun = RunFolder.open(cut, FailPoint.NONE).latestCheckpoint().isPresent();
    return settings + (begun ? " resume_from_checkpoint=true" : " overwrite_output_dir=true");
  }

  private static void die(AtomicInteger left) {
    if (left.getAndDecrement() == 0) {
      throw new Death();
    }
  }

  /** What must not change: the policy and the last checkpoint. */
  private static List<String> files(Path output) throws IOException {
    try (Stream<Path> tree = Files.walk(output)) {
      return tree.filter(Files::isRegularFile)
          .map(file -> output.relativize(file).toString())
          .filter(name -> name.endsWith(".safetensors") || name.endsWith("README.md"))
          .sorted()
          .toList();
    }
  }

  private static final class Death extends Error {
    private static final long serialVersionUID = 1L;
  }
}
