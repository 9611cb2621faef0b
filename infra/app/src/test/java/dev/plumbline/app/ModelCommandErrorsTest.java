/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import static dev.plumbline.app.Commands.assertRefused;
import static dev.plumbline.app.Commands.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.app.Commands.Outcome;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.EngineOptions;
import dev.plumbline.lm.LoraAdapter;
import dev.plumbline.lm.LoraConfig;
import dev.plumbline.lm.PeftDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What a user of the model commands sees who got something wrong: one message, no stack trace. */
class ModelCommandErrorsTest {
  @TempDir private static Path folder;
  private static Path model;
  private static Path rows;

  @BeforeAll
  static void exportModel() throws IOException {
    model = folder.resolve("model");
    rows = Files.writeString(folder.resolve("rows.jsonl"), "{\"ids\": [1, 2, 3]}\n");
    run("export-random", "--family", "llama", "--seed", "1", "--output", model.toString());
  }

  @Test
  void shouldNameAModelFolderThatDoesNotExist() {
    String absent = folder.resolve("absent").toString();

    assertRefused(
        run("score", "--model", absent, "--data", rows.toString()),
        absent + ": there is no such directory");
    assertRefused(
        run("generate", "--model", absent, "--prompt", "x"),
        absent + ": there is no such directory");
    assertRefused(run("inspect", absent), absent + ": there is no such directory");
  }

  @Test
  void shouldNameTheDevicesThereAre() {
    assertUsage(
        score(rows, "--device", "tpu"), "--device must be cpu, cuda or cuda:N, but was 'tpu'");
  }

  @Test
  void shouldSayHowToGetCudaWhereThereIsNone() {
    Outcome outcome = score(rows, "--device", "cuda:1");

    assertThat(outcome.code()).isEqualTo(Failures.REFUSED);
    assertThat(outcome.onlyErrorLine())
        .startsWith("plumbline: device cuda:1 needs libtorch for CUDA")
        .contains("PYTORCH_LIBRARY_PATH", "pip install torch==2.7.1");
  }

  @Test
  void shouldNameThePrecisionsThereAre() {
    assertUsage(
        score(rows, "--precision", "int8"), "must be float32, float64 or bfloat16, but was 'int8'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"ids\": [1, 2 | not valid JSON: ",
        "{\"ids\": [1, 2]} {} | not valid JSON: ",
        "{\"chosen\": \"x\"} | a row must have ids, or prompt and completion, or text, or messages, but was {\"chosen\"",
        "{\"ids\": [1, \"2\"]} | ids must be whole numbers, but one was \"2\"",
        "{\"ids\": [1, -2]} | token ids must not be negative, but ids[1] was -2",
        "{\"ids\": [1]} | a row needs at least one completion token",
        "{\"ids\": [1, 2], \"completion_start\": 2} | a row needs at least one completion token",
        "{\"ids\": [1, 2], \"completion_start\": \"x\"} | completion_start must be a number, but was \"x\"",
        "{\"ids\": [1, 300]} | ids must be in [0, 300), but one was 300",
        "{\"text\": \"\"} | a row needs at least one completion token",
        "{\"messages\": []} | a conversation must have a message, but has none",
        "{\"messages\": [\"x\"]} | messages must be a list of objects"
      })
  void shouldNameTheLineOfARowThatCannotBeScored(String line, String problem) throws IOException {
    Path data =
        Files.writeString(folder.resolve("bad.jsonl"), "{\"ids\": [1, 2]}\n\n" + line + "\n");

    Outcome outcome = score(data);

    assertThat(outcome.code()).isEqualTo(Failures.REFUSED);
    assertThat(outcome.onlyErrorLine()).startsWith("plumbline: " + data + ":3: " + problem);
    assertThat(outcome.out()).isEmpty();
  }

  @Test
  void shouldSayThatAModelHasNoChatTemplate() throws IOException {
    Path chat =
        Files.writeString(
            folder.resolve("chat.json"), "[{\"role\": \"user\", \"content\": \"x\"}]");

    assertRefused(
        run("render", "--model", model.toString(), "--messages", chat.toString()),
        model
            + ": has no chat template (chat_template.jinja, or chat_template in tokenizer_config.json)");
  }

  @Test
  void shouldNameTheLineOfATemplateThatIsNotSupported() throws IOException {
    Path chat =
        Files.writeString(folder.resolve("one.json"), "[{\"role\": \"user\", \"content\": \"x\"}]");
    Path template = Files.writeString(folder.resolve("bad.jinja"), "a\n{% include 'x' %}");

    Outcome outcome =
        run("render", "--template", template.toString(), "--messages", chat.toString());

    assertThat(outcome.code()).isEqualTo(Failures.REFUSED);
    assertThat(outcome.onlyErrorLine())
        .startsWith("plumbline: " + template + ":2: ")
        .contains("include");
  }

  @Test
  void shouldNameADataFileThatIsEmptyOrMissing() throws IOException {
    Path empty = Files.writeString(folder.resolve("empty.jsonl"), "\n");
    Path absent = folder.resolve("absent.jsonl");

    assertRefused(score(empty), empty + ": holds no row");
    assertRefused(score(absent), absent + ": the file is missing");
  }

  @Test
  void shouldNameTheStatisticsThereAre() {
    assertUsage(
        score(rows, "--statistics", "log_prob,perplexity"),
        "--statistics must be among log_prob, reference_log_prob, entropy, forward_kl, reverse_kl, log_sum_squared_prob, mean_logit, top_one, but had 'perplexity'");
  }

  @Test
  void shouldRefuseAnAdapterOfAnotherBase() throws IOException {
    Path other = folder.resolve("wider");
    run("export-random", "--family", "llama", "--hidden-size", "32", "--output", other.toString());
    Path adapter = Files.createDirectory(folder.resolve("adapter"));
    try (CausalLanguageModel base = CausalLanguageModel.load(other, EngineOptions.defaults());
        LoraAdapter lora = LoraAdapter.initialize(base, LoraConfig.of(2, 4), 1)) {
      for (Map.Entry<String, byte[]> file : PeftDirectory.write(lora, "wider", "#").entrySet()) {
        Files.write(adapter.resolve(file.getKey()), file.getValue());
      }
    }

    Outcome outcome = score(rows, "--adapter", adapter.toString());

    assertThat(outcome.code()).isEqualTo(Failures.REFUSED);
    assertThat(outcome.onlyErrorLine())
        .contains("adapter_model.safetensors: ", "lora_A.weight", "[2, 32]", "[2, 16]");
  }

  @Test
  void shouldNameTheMissingFileOfAnAdapter() {
    assertRefused(
        score(rows, "--adapter", folder.toString()),
        folder.resolve("adapter_config.json") + ": the file is missing");
  }

  @Test
  void shouldRefuseAPromptThatLeavesNoRoom() {
    String words = "fox ".repeat(100);

    Outcome outcome = run("generate", "--model", model.toString(), "--prompt", words);

    assertThat(outcome.code()).isEqualTo(Failures.REFUSED);
    assertThat(outcome.onlyErrorLine())
        .matches("plumbline: --prompt: [0-9]+ tokens, but the model's longest row is 64");
  }

  @Test
  void shouldRefuseToGenerateFromNothingOrFromTwoPrompts() {
    assertThat(run("generate", "--model", model.toString()).code())
        .isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(run("generate", "--model", model.toString(), "--prompt", "x", "--ids", "1").err())
        .contains("mutually exclusive");
  }

  @Test
  void shouldNameTheSamplingOptionThatIsOutOfRange() {
    assertUsage(
        run("generate", "--model", model.toString(), "--prompt", "x", "--top-p", "1.5"),
        "top_p must be in (0, 1], but was 1.5");
  }

  @Test
  void shouldRefuseToWriteAModelWhereSomethingIs() {
    assertRefused(
        run("export-random", "--family", "gpt2", "--output", model.toString()),
        model + ": must be empty or not exist");
  }

  @Test
  void shouldRefuseToMergeIntoAFolderThatHoldsSomething() {
    Outcome outcome =
        run(
            "merge",
            "--model",
            model.toString(),
            "--adapter",
            folder.toString(),
            "--output",
            model.toString());

    assertRefused(
        outcome,
        "--output: the output directory must be new or empty, but %s holds files".formatted(model));
  }

  @Test
  void shouldNameTheFamiliesThereAre() {
    assertUsage(
        run("export-random", "--family", "bert", "--output", folder.resolve("x").toString()),
        "model_type must be one of [gpt2, llama, mistral, qwen2, qwen3], but was 'bert'");
    assertThat(folder.resolve("x")).doesNotExist();
  }

  private static Outcome score(Path data, String... more) {
    String[] arguments = new String[5 + more.length];
    System.arraycopy(
        new String[] {"score", "--model", model.toString(), "--data", data.toString()},
        0,
        arguments,
        0,
        5);
    System.arraycopy(more, 0, arguments, 5, more.length);
    return run(arguments);
  }

  private static void assertUsage(Outcome outcome, String message) {
    assertThat(outcome.code()).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(outcome.err()).contains(message).contains("Usage: plumbline ");
    assertThat(outcome.err()).doesNotContain("\tat ");
  }
}
