/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import static dev.plumbline.app.Commands.assertRefused;
import static dev.plumbline.app.Commands.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.app.Commands.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code plumbline train} as its user sees it, on a tiny random model. */
class TrainCommandTest {
  private static final String PAIR =
      "{\"prompt\": \"the fox #\", \"chosen\": \" jumps\", \"rejected\": \" sleeps on\"}";

  @TempDir private static Path shared;
  private static Path model;
  private static Path template;

  @TempDir private Path folder;
  private Path output;

  @BeforeAll
  static void exportModel() throws IOException {
    model = shared.resolve("tiny");
    run("export-random", "--family", "llama", "--seed", "7", "--output", model.toString());
    template =
        Files.writeString(
            shared.resolve("chat.jinja"),
            "{% for message in messages %}{{ message.role }}: {{ message.content }}\n{% endfor %}{% if add_generation_prompt %}assistant: {% endif %}");
  }

  @BeforeEach
  void nameOutput() {
    output = folder.resolve("out");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "sigmoid | {\"prompt\": \"the fox #\", \"chosen\": \" jumps\", \"rejected\": \" sleeps on\"}",
        "tdpo2 | {\"chosen\": \"the fox # jumps\", \"rejected\": \"the fox # sleeps\"}",
        "sigmoid | {\"chosen\": [{\"role\": \"user\", \"content\": \"fox #\"}, {\"role\": \"assistant\", \"content\": \"jumps\"}], \"rejected\": [{\"role\": \"user\", \"content\": \"fox #\"}, {\"role\": \"assistant\", \"content\": \"sleeps\"}]}",
        "ipo | {\"input\": {\"messages\": [{\"role\": \"user\", \"content\": \"fox #\"}]}, \"preferred_output\": [{\"role\": \"assistant\", \"content\": \"jumps\"}], \"non_preferred_output\": [{\"role\": \"assistant\", \"content\": \"sleeps\"}]}",
        "simpo | {\"conversations\": [{\"from\": \"human\", \"value\": \"fox #\"}], \"chosen\": {\"from\": \"gpt\", \"value\": \"jumps\"}, \"rejected\": {\"from\": \"gpt\", \"value\": \"sleeps\"}}",
        "orpo | {\"instruction\": \"the fox #\", \"input\": \"\", \"chosen\": \" jumps\", \"rejected\": \" sleeps\"}",
        "kto | {\"prompt\": \"the fox #\", \"completion\": \" jumps\", \"label\": true}",
        "kto | {\"prompt\": \"the fox #\", \"chosen\": \" jumps\", \"rejected\": \" sleeps on\", \"belief\": 0.9, \"weight\": 2}",
        "plackett_luce | {\"context\": [{\"role\": \"user\", \"content\": \"fox #\"}], \"completions\": [{\"rank\": 1, \"completion\": [{\"role\": \"assistant\", \"content\": \"runs\"}]}, {\"rank\": 0, \"completion\": [{\"role\": \"assistant\", \"content\": \"jumps\"}]}, {\"rank\": 1, \"completion\": [{\"role\": \"assistant\", \"content\": \"sleeps\"}]}]}",
        "plackett_luce | {\"prompt\": \"the fox #\", \"chosen\": \" jumps\", \"rejected\": \" sleeps on\"}",
      })
  void shouldLearnFromEveryKindOfRow(String lossType, String row) throws IOException {
    Path data = rows("rows.jsonl", 12, row);

    Outcome outcome =
        train(
            data,
            "--loss_type",
            lossType,
            "--eval_fraction",
            "0.3",
            "--chat_template_path",
            template.toString());

    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.code()).isZero();
    assertThat(output.resolve("adapter_model.safetensors")).exists();
    assertThat(output.resolve("report.html")).content().contains("eval_kl/chosen");
    assertThat(losses()).isNotEmpty().allMatch(Double::isFinite);
    assertThat(metrics().getFirst().path("eval_kl/chosen").asDouble(Double.NaN)).isZero();
    assertThat(metrics().getLast().path("eval_kl/chosen").asDouble()).isPositive();
    assertThat(outcome.out()).startsWith("learned    step ").contains("look at    " + output);
  }

  @Test
  void shouldLearnFromParquetTheSameAsFromLines() throws IOException {
    Path lines = rows("rows.jsonl", 8, PAIR);
    Path parquet = folder.resolve("rows.parquet");
    run("convert", lines.toString(), "--to", "trl-pairwise", "--output", parquet.toString());

    train(lines);
    byte[] fromLines = Files.readAllBytes(output.resolve("adapter_model.safetensors"));
    output = folder.resolve("other");
    train(parquet);

    assertThat(output.resolve("adapter_model.safetensors")).hasBinaryContent(fromLines);
  }

  @Test
  void shouldMoveAllWeightsOfAModelThatAnybodyCanLoad() throws IOException {
    Outcome outcome =
        train(rows("rows.jsonl", 12, PAIR), "--use_peft", "false", "--eval_fraction", "0.3");

    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.code()).isZero();
    assertThat(output.resolve("adapter_model.safetensors")).doesNotExist();
    assertThat(Files.readAllBytes(output.resolve("model.safetensors")))
        .isNotEqualTo(Files.readAllBytes(model.resolve("model.safetensors")));
    assertThat(output.resolve("tokenizer_config.json"))
        .hasSameBinaryContentAs(model.resolve("tokenizer_config.json"));
    assertThat(run("inspect", output.toString()).code()).isZero();
    assertThat(metrics().getLast().path("eval_loss").asDouble())
        .isNotEqualTo(metrics().getFirst().path("eval_loss").asDouble());
  }

  @Test
  void shouldReadSettingsFromYamlWithOverrides() throws IOException {
    Path config =
        Files.writeString(
            folder.resolve("dpo.yaml"),
            """
            model_name_or_path: %s
            data: %s
            output_dir: %s
            loss_type: [sigmoid, sft]
            loss_weights: [1.0, 0.2]
            beta: 0.5
            learning_rate: 1.0e-3
            lr_scheduler_type: cosine
            warmup_ratio: 0.5
            num_train_epochs: 2
            per_device_train_batch_size: 2
            gradient_accumulation_steps: 2
            lora_r: 4
            report_to: none
            """
                .formatted(model, rows("rows.jsonl", 8, PAIR), output));

    Outcome outcome =
        run("train", "--config", config.toString(), "num_train_epochs=1", "--disable_tqdm");

    assertThat(outcome.code()).isZero();
    assertThat(learningRates()).containsExactly(5e-4, 1e-3);
    assertThat(output.resolve("report.html"))
        .content()
        .contains("num_train_epochs", "warmup_ratio", "engine: libtorch");
  }

  @Test
  void shouldLeaveOutMalformedRowsOnlyWhenTold() throws IOException {
    Path data =
        Files.writeString(
            folder.resolve("rows.jsonl"),
            "%s\n{\"prompt\": 5, \"chosen\": \"a\", \"rejected\": \"b\"}\n".formatted(PAIR));

    assertRefused(
        train(data), "rows.jsonl:2: prompt: must be a text, but was 5; hint: put it in quotes");
    assertThat(train(data, "--on_bad_row", "skip").code()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "sigmoid | {\"prompt\": \"p\", \"completion\": \"c\", \"label\": true} | rows.jsonl:1: is an unpaired example (trl-unpaired), but loss_type sigmoid learns from pairs; hint: loss_type kto and apo_zero_unpaired learn from unpaired examples",
        "plackett_luce | {\"prompt\": \"p\", \"completion\": \"c\", \"label\": true} | rows.jsonl:1: is an unpaired example (trl-unpaired), but loss_type plackett_luce learns from rankings; hint: loss_type kto and apo_zero_unpaired learn from unpaired examples",
        "sigmoid | {\"prompt\": \"p\"} | rows.jsonl:1: is a prompt (trl-prompt), but loss_type sigmoid learns from pairs; hint: a prompt alone says nothing of completions",
        "sigmoid | {\"chosen\": [{\"role\": \"user\", \"content\": \"x\"}, {\"role\": \"assistant\", \"content\": \"a\"}], \"rejected\": [{\"role\": \"user\", \"content\": \"x\"}, {\"role\": \"assistant\", \"content\": \"b\"}]} | rows.jsonl:1: prompt: is a conversation, but the model has no chat template; hint: chat_template_path names one, plumbline convert --content texts makes texts",
        "sigmoid | {\"prompt\": \"p\", \"chosen\": \"a\", \"rejected\": \"b\", \"belief\": 1.5} | rows.jsonl:1: belief must be in [0, 1], but was 1.5",
        "sigmoid | {\"prompt\": \"p\", \"chosen\": \"a\", \"rejected\": \"b\", \"weight\": \"much\"} | rows.jsonl:1: weight: must be a number, but was much; hint: rename the column if it isn't meant for the loss",
      })
  void shouldRefuseRowsThatTheObjectiveCantLearnFrom(String lossType, String row, String message)
      throws IOException {
    assertRefused(train(rows("rows.jsonl", 1, row), "--loss_type", lossType), message);
  }

  @Test
  void shouldRefuseObjectivesOnRollouts() throws IOException {
    assertRefused(
        train(rows("rows.jsonl", 1, PAIR), "--loss_type", "grpo"),
        "settings: loss_type grpo learns from rollouts, with the sampler's tokens and a reward each, which files don't hold");
  }

  @Test
  void shouldRefuseWhatIsMissingOrEmpty() throws IOException {
    Path absent = folder.resolve("absent.jsonl");
    Path empty = Files.writeString(folder.resolve("empty.jsonl"), "");
    Path pairs = rows("rows.jsonl", 2, PAIR);

    assertThat(train(absent).onlyErrorLine()).contains("absent.jsonl");
    assertRefused(train(empty), "data: " + empty + ": there are no rows");
    assertRefused(
        train(pairs, "--max_length", "4"),
        "data: %s: nothing is left to learn from 2 rows: 0 can't be read, 2 examples have no completion within max_length"
            .formatted(pairs));
    assertRefused(
        train(pairs, "--model", folder.resolve("no-model").toString()),
        folder.resolve("no-model") + ": there is no such directory");
    assertRefused(
        train(pairs, "--resume_from_checkpoint"),
        "resume_from_checkpoint: %s has no checkpoint to go on from".formatted(output));
    assertRefused(
        train(pairs, "--output_dir", model.toString()),
        "output_dir: %s is the model itself: choose another folder".formatted(model));
    assertThat(train(pairs, "--output_dir", pairs.resolve("below").toString()).onlyErrorLine())
        .startsWith(
            "plumbline: output_dir: %s can't be written (".formatted(pairs.resolve("below")))
        .endsWith("choose a folder that this user may write");
  }

  @Test
  void shouldRefuseSettingsByName() throws IOException {
    Path pairs = rows("rows.jsonl", 2, PAIR);

    Outcome outcome = train(pairs, "--loss_typ", "sigmoid", "--beta", "-1", "--use_liger_loss");

    assertThat(outcome.code()).isEqualTo(Failures.REFUSED);
    assertThat(outcome.err())
        .contains("unknown setting 'loss_typ'; did you mean 'loss_type'?")
        .contains("unknown setting 'use_liger_loss': there is one implementation");
    assertThat(train(pairs, "--loss_type", "sigmoyd").err())
        .contains("unknown loss_type 'sigmoyd' (did you mean 'sigmoid'?)");
    assertThat(train(pairs, "--engine_device", "tpu").err())
        .contains("engine_device must be cpu, cuda or cuda:N, but was 'tpu'");
    assertRefused(
        train(pairs, "--lora_target_modules", "nope"),
        "lora_target_modules must be among [down_proj, gate_proj, k_proj, o_proj, q_proj, up_proj, v_proj] and 'embed_tokens', or paths of such modules, but had 'nope'");
    assertThat(train(pairs, "--beta", "-1").err()).contains("beta must be positive, but was -1");
  }

  @Test
  void shouldTouchAFinishedRunOnlyWhenTold() throws IOException {
    Path pairs = rows("rows.jsonl", 4, PAIR);
    train(pairs);

    assertRefused(
        train(pairs),
        "output_dir: %s has a finished run: resume_from_checkpoint=true goes on with it, overwrite_output_dir=true deletes it"
            .formatted(output));
    assertThat(train(pairs, "--resume_from_checkpoint").out())
        .isEqualTo("finished   step 1 of 1: nothing is left to learn\n");
    assertThat(train(pairs, "--overwrite_output_dir", "--seed", "2").code()).isZero();
    assertThat(metrics()).hasSize(1);
  }

  @Test
  void shouldListObjectivesAndKeys() {
    assertThat(run("train", "--help").out()).contains("plackett_luce", "--output_dir");
    assertThat(run("train", "--keys").out()).contains("| `model_name_or_path` |", "| `beta` |");
  }

  private Outcome train(Path data, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "train",
                "--data",
                data.toString(),
                "--disable_tqdm",
                "--lora_r",
                "2",
                "--learning_rate",
                "0.01"));
    List<String> given = List.of(more);
    if (!given.contains("--model")) {
      arguments.addAll(List.of("--model", model.toString()));
    }
    if (!given.contains("--output_dir")) {
      arguments.addAll(List.of("--output_dir", output.toString()));
    }
    arguments.addAll(given);
    return run(arguments.toArray(String[]::new));
  }

  private Path rows(String name, int count, String row) throws IOException {
    return Files.writeString(
        folder.resolve(name),
        IntStream.range(0, count)
            .mapToObj(i -> row.replace("#", Integer.toString(i)))
            .collect(Collectors.joining("\n")));
  }

  private List<JsonNode> metrics() throws IOException {
    try (Stream<String> lines = Files.lines(output.resolve("metrics.jsonl"))) {
      return lines.map(Commands::json).toList();
    }
  }

  private List<Double> losses() throws IOException {
    return values("loss");
  }

  private List<Double> learningRates() throws IOException {
    return values("learning_rate");
  }

  private List<Double> values(String name) throws IOException {
    return metrics().stream()
        .filter(line -> line.has(name))
        .map(line -> line.get(name).asDouble())
        .toList();
  }
}
