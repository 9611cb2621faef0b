/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import static dev.plumbline.app.Commands.assertRefused;
import static dev.plumbline.app.Commands.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.app.Commands.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code plumbline reward train} and {@code evaluate} as their user sees them. */
class RewardCommandsTest {
  @TempDir private static Path shared;
  private static Path model;
  private static Path train;
  private static Path test;

  @TempDir private Path folder;

  @BeforeAll
  static void makeModelAndPairs() throws IOException {
    model = shared.resolve("tiny");
    run("export-random", "--family", "llama", "--seed", "7", "--output", model.toString());
    train = pairs("train.jsonl", 0, 48);
    test = pairs("test.jsonl", 48, 72);
  }

  /** Foxes jump, whatever the rest says; half of the better answers are the longer ones. */
  private static Path pairs(String name, int from, int to) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = from; i < to; i++) {
      String more = " over dog " + i;
      lines.add(
          "{\"prompt\": \"the fox\", \"chosen\": \" jumps%s\", \"rejected\": \" sleeps%s\", \"kind\": \"%s\"}"
              .formatted(i % 2 == 0 ? more : "", i % 2 == 0 ? "" : more, i % 3 == 0 ? "x" : "y"));
    }
    return Files.write(shared.resolve(name), lines);
  }

  private static Outcome learn(Path output, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("reward", "train", "--model", model.toString(), "--data", train.toString()));
    arguments.addAll(List.of("--output", output.toString(), "--learning_rate", "0.01"));
    arguments.addAll(List.of("--lora_r", "2", "--lora_alpha", "4", "--disable_tqdm"));
    arguments.addAll(List.of("--num_train_epochs", "3"));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  private static Outcome evaluate(Path reward, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("reward", "evaluate", "--model", model.toString(), "--data", test.toString()));
    arguments.addAll(List.of("--reward", reward.toString(), "--untrained", "3"));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  @Test
  void shouldLearnWhatIsBetterAndSayHowWellBesideWhatKnowsNothing() {
    Path output = folder.resolve("reward");
    Outcome learned = learn(output);
    assertThat(learned.err()).isEmpty();
    assertThat(learned.out())
        .contains("pairs      48; 0 rows left out")
        .contains("member 0   epoch 3: accuracy 1.000");

    List<JsonNode> rows = evaluate(output, "--by", "kind", "--json").lines();
    JsonNode ours = row(rows, "all", "reward model");
    assertThat(ours.path("accuracy").doubleValue()).isEqualTo(1);
    assertThat(ours.path("decided").intValue()).isEqualTo(24);
    // Wilson: 24 of 24
    assertThat(ours.path("accuracy_low").doubleValue()).isCloseTo(0.862, within(1e-3));
    assertThat(ours.path("log_loss").doubleValue()).isLessThan(0.5);
    assertThat(row(rows, "all", "length alone: longer").path("accuracy").doubleValue())
        .isEqualTo(0.5);
    assertThat(row(rows, "better is longer", "length alone: longer").path("right").intValue())
        .isEqualTo(12);
    assertThat(row(rows, "x", "reward model").path("decided").intValue()).isEqualTo(8);
    assertThat(row(rows, "y", "reward model").path("decided").intValue()).isEqualTo(16);
    assertThat(rows.stream().map(one -> one.path("scorer").textValue()))
        .anyMatch(scorer -> scorer.startsWith("untrained head (of 3: "));

    Outcome table = evaluate(output);
    assertThat(table.out())
        .contains("| all, 24 | reward model | 1.000 | 0.862 to 1.000 |")
        .contains("members: 1; mean spread of their scores: 0.000");
  }

  private static JsonNode row(List<JsonNode> rows, String pairs, String scorer) {
    return rows.stream()
        .filter(one -> one.path("pairs").textValue().equals(pairs))
        .filter(one -> one.path("scorer").textValue().equals(scorer))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void shouldWriteTheSameBytesForTheSameSettings() throws IOException {
    Path first = folder.resolve("first");
    Path second = folder.resolve("second");
    learn(first, "--lora_dropout", "0.1", "--seed", "5");
    learn(second, "--lora_dropout", "0.1", "--seed", "5");
    for (Path file : files(first)) {
      assertThat(second.resolve(first.relativize(file))).hasSameBinaryContentAs(file);
    }
    assertThat(files(first).stream().map(file -> file.getFileName().toString()))
        .containsExactly("README.md", "adapter_config.json", "adapter_model.safetensors");
    assertThat(first.resolve("README.md")).content().contains("pipeline_tag: text-classification");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactlyInAnyOrder(first, second);
    }
  }

  @Test
  void shouldLearnSeveralThatDisagree() throws IOException {
    Path output = folder.resolve("reward");
    learn(output, "--ensemble_size", "2", "--use_peft", "false");
    assertThat(files(output).stream().map(file -> output.relativize(file).toString()))
        .containsExactly(
            "member-0/README.md",
            "member-0/score.safetensors",
            "member-1/README.md",
            "member-1/score.safetensors");
    Outcome table = evaluate(output);
    assertThat(table.err()).isEmpty();
    assertThat(table.out())
        .containsPattern("members: 2; mean spread of their scores: 0\\.\\d*[1-9]");
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  @Test
  void shouldRefuseWhatItCannotUse() throws IOException {
    Path output = folder.resolve("reward");
    assertRefused(
        learn(model),
        "output_dir: %s isn't empty: choose a folder that is empty or does not exist"
            .formatted(model));
    assertRefused(evaluate(output), "--reward: %s: there is no such directory".formatted(output));
    assertRefused(evaluate(model), "adapter_config.json: the file is missing");
    Path thumbs =
        Files.writeString(
            folder.resolve("thumbs.jsonl"),
            "{\"prompt\": \"p\", \"completion\": \"c\", \"label\": true}\n");
    assertThat(learn(output, "--data", thumbs.toString()).err())
        .contains("but loss_type bradley_terry learns from pairs");
    Path margins =
        Files.writeString(
            folder.resolve("margins.jsonl"),
            "{\"prompt\": \"p\", \"chosen\": \"c\", \"rejected\": \"r\", \"margin\": \"much\"}\n");
    assertRefused(
        learn(output, "--data", margins.toString()),
        "margin: must be a number, but was much; hint: rename the column if it isn't meant for the loss");
    assertThat(output).doesNotExist();
  }
}
