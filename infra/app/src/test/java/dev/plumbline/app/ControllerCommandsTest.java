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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code plumbline reward train --kind controller} and {@code evaluate} as their user sees them.
 */
class ControllerCommandsTest {
  @TempDir private static Path shared;
  private static Path model;
  private static Path train;
  private static Path test;

  @TempDir private Path folder;

  @BeforeAll
  static void makeModelAndSentences() throws IOException {
    model = shared.resolve("tiny");
    run("export-random", "--family", "llama", "--seed", "7", "--output", model.toString());
    train = sentences("train.jsonl", 0, 90);
    test = sentences("test.jsonl", 90, 150);
  }

  /** Two in three are glad, some say nothing. */
  private static Path sentences(String name, int from, int to) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = from; i < to; i++) {
      boolean glad = i % 3 > 0;
      lines.add(
          "{\"text\": \"the %s fox %d\", \"mood\": \"%s\"}"
              .formatted(glad ? "lovely" : "awful", i, glad ? "glad" : "sad"));
      if (i % 10 == 0) {
        lines.add("{\"text\": \"a fox\", \"mood\": \"none\"}");
      }
    }
    return Files.write(shared.resolve(name), lines);
  }

  private static Outcome learn(String kind, Path output, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("reward", "train", "--kind", "controller", "--controller", kind));
    arguments.addAll(List.of("--model", model.toString(), "--data", train.toString()));
    arguments.addAll(List.of("--label_column", "mood", "--attribute", "glad", "--against", "sad"));
    arguments.addAll(List.of("--output", output.toString(), "--disable_tqdm", "--lora_r", "2"));
    arguments.addAll(List.of("--num_train_epochs", "4", "--per_device_train_batch_size", "8"));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  private static Outcome evaluate(Path controller, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("reward", "evaluate", "--model", model.toString(), "--data", test.toString()));
    arguments.addAll(List.of("--reward", controller.toString(), "--label-column", "mood"));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  @Test
  void shouldLearnAnAttributeAndSayHowFarToBelieveIt() {
    Path output = folder.resolve("controller");
    Outcome learned = learn("lexicon", output);
    assertThat(learned.err()).isEmpty();
    assertThat(learned.out())
        .contains("sentences  60, of which 30 are glad; 39 left out")
        .contains("epoch 4")
        .containsPattern("digest     [0-9a-f]{64}");
    assertThat(output.resolve("lexicon.tsv")).content().contains("lovely\t", "awful\t-");

    Path page = folder.resolve("pages/reliability.html");
    List<JsonNode> rows = evaluate(output, "--report", page.toString(), "--json").lines();
    assertThat(rows.getFirst().path("texts").textValue()).isEqualTo("whole texts");
    assertThat(rows.getFirst().path("judged").intValue()).isEqualTo(40);
    assertThat(rows.getFirst().path("accuracy").doubleValue()).isEqualTo(1);
    assertThat(rows.get(1).path("texts").textValue()).isEqualTo("first 1 tokens");
    assertThat(page).content().contains("How far 'glad' can be believed", "<svg");

    assertThat(evaluate(output, "--unbalanced").out())
        .contains("| whole texts, 60 | 1.000 | 0.940 to 1.000 |");
  }

  @Test
  void shouldWriteTheSameBytesForTheSameSettings() throws IOException {
    for (String kind : List.of("head", "class_conditional")) {
      Path first = folder.resolve(kind + "-first");
      Path second = folder.resolve(kind + "-second");
      assertThat(learn(kind, first, "--seed", "5").err()).isEmpty();
      learn(kind, second, "--seed", "5");
      List<String> names = new ArrayList<>();
      try (var files = Files.walk(first)) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          names.add(first.relativize(file).toString());
          assertThat(second.resolve(first.relativize(file))).hasSameBinaryContentAs(file);
        }
      }
      assertThat(names).contains("controller.json", "README.md");
      assertThat(evaluate(first).err()).isEmpty();
    }
  }

  @Test
  void shouldRefuseWhatItCannotUse() throws IOException {
    Path output = folder.resolve("controller");
    assertThat(learn("lexicon", output, "--attribute", "joyful").err())
        .contains(
            "data: there must be sentences with and without the attribute 'joyful' (against [sad]), but the labels in column 'mood' are {glad=60, none=9, sad=30}");
    assertThat(learn("lexicon", output, "--label_column", "label").err())
        .contains("train.jsonl:1: column 'label' must be a text or a number, but was missing")
        .contains("the columns are [text, mood]");
    assertThat(learn("magic", output).err())
        .contains("controller was 'magic', which is not one of head, class_conditional, lexicon");
    assertRefused(
        learn("lexicon", output, "--data", "nothing.jsonl"),
        "nothing.jsonl: there is no such file");
    assertThat(output).doesNotExist();

    learn("lexicon", output);
    Files.writeString(output.resolve("controller.json"), "{}");
    assertThat(evaluate(output).err()).contains("controller.json: format must be 1");
  }
}
