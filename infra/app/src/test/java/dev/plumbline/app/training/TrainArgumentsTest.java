/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.base.settings.InvalidSettingsException;
import dev.plumbline.base.settings.Settings;
import dev.plumbline.lm.text.TruncationMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainArgumentsTest {
  private static final List<String> REQUIRED =
      List.of("--model", "m", "--data", "a.jsonl", "--output_dir", "o");

  @Test
  void shouldTakeFlagsAssignmentsListsAndBareFlags() {
    TrainSettings settings =
        bind(
            "--model",
            "m",
            "--data",
            "a.jsonl",
            "b, c.jsonl",
            "--output-dir",
            "o",
            "--loss_type",
            "sigmoid",
            "sft",
            "--loss_weights=1,0.5",
            "--use_rslora",
            "beta=0.3",
            "--truncation_mode",
            "keep_end");

    assertThat(settings.modelNameOrPath()).isEqualTo(Path.of("m"));
    assertThat(settings.data()).containsExactly(Path.of("a.jsonl"), Path.of("b, c.jsonl"));
    assertThat(settings.outputDir()).isEqualTo(Path.of("o"));
    assertThat(settings.recipe().loss().lossType()).containsExactly("sigmoid", "sft");
    assertThat(settings.recipe().loss().lossWeights()).containsExactly(1.0, 0.5);
    assertThat(settings.recipe().loss().beta()).isEqualTo(0.3);
    assertThat(settings.recipe().useRslora()).isTrue();
    assertThat(settings.truncationMode()).isEqualTo(TruncationMode.KEEP_END);
  }

  @Test
  void shouldLetTheCommandLineWinOverTheFile(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("dpo.yaml"),
            """
            model_name_or_path: m
            data: [a.jsonl]
            output_dir: o
            beta: 0.5
            learning_rate: 5.0e-6
            torch_dtype: bfloat16
            """);

    TrainSettings settings =
        bind("--beta", "0.2", "--config", file.toString(), "beta=0.3", "--model", "other");

    assertThat(settings.recipe().loss().beta()).isEqualTo(0.3);
    assertThat(settings.recipe().learningRate()).isEqualTo(5e-6);
    assertThat(settings.modelNameOrPath()).isEqualTo(Path.of("other"));
    assertThat(settings.engine().precision().name()).isEqualTo("BFLOAT16");
  }

  @Test
  void shouldRefuseUnknownKeysWithTheNearestOrTheReason() {
    assertThat(problems("--betta", "0.1", "--hub_token", "t", "eval_fraction=2"))
        .containsExactly(
            "--betta: unknown setting 'betta'; did you mean 'beta'?",
            "--hub_token: unknown setting 'hub_token': nothing is uploaded; output_dir is what huggingface-cli upload takes",
            "eval_fraction=: eval_fraction must be 0 to 0.9, but was 2");
  }

  @Test
  void shouldRefuseWhatContradictsItself() {
    assertRefused(
        "eval_fraction takes held-out rows from data, but eval_data names files of them",
        "--eval_fraction",
        "0.1",
        "--eval_data",
        "e.jsonl");
    assertRefused("report_to must be tensorboard or none, but was wandb", "--report_to", "wandb");
    assertRefused("bf16 is dtype bfloat16, but dtype was float64", "--bf16", "--dtype", "float64");
  }

  @Test
  void shouldRefuseAWordThatIsNoFlag() {
    assertThatThrownBy(() -> TrainArguments.source(List.of("pairs.jsonl")))
        .hasMessage("pairs.jsonl: expected --key value or key=value, as in --beta 0.2 or beta=0.2");
    assertThatThrownBy(() -> TrainArguments.source(List.of("--config")))
        .hasMessage("--config: expected one YAML file, but was []");
  }

  @Test
  void shouldNameNoSettingAsForeign() {
    String settings = Settings.reference(TrainSettings.class);

    assertThat(ForeignKeys.reasons().keySet()).noneMatch(key -> settings.contains("`" + key + "`"));
  }

  private static void assertRefused(String problem, String... arguments) {
    assertThat(problems(arguments)).singleElement().asString().contains(problem);
  }

  private static List<String> problems(String... arguments) {
    try {
      bind(Stream.concat(REQUIRED.stream(), Stream.of(arguments)).toArray(String[]::new));
    } catch (InvalidSettingsException e) {
      return e.problems();
    }
    return List.of();
  }

  private static TrainSettings bind(String... arguments) {
    return Settings.bind(
        TrainSettings.class, TrainArguments.source(List.of(arguments)), ForeignKeys.reasons());
  }
}
