/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import static dev.plumbline.app.Commands.doubles;
import static dev.plumbline.app.Commands.ints;
import static dev.plumbline.app.Commands.json;
import static dev.plumbline.app.Commands.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.app.Commands.Outcome;
import dev.plumbline.lm.AdamW;
import dev.plumbline.lm.AdamWConfig;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.EngineOptions;
import dev.plumbline.lm.ForwardPass;
import dev.plumbline.lm.Gradients;
import dev.plumbline.lm.LoraAdapter;
import dev.plumbline.lm.LoraConfig;
import dev.plumbline.lm.LoraVariant;
import dev.plumbline.lm.NextTokenLoss;
import dev.plumbline.lm.PeftDirectory;
import dev.plumbline.lm.TokenRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands that compute with a model, over exported random checkpoints and a real one. */
class ModelCommandsTest {
  private static final Path STORIES =
      Path.of(System.getProperty("plumbline.data", "../shared/data"), "stories260k");

  @TempDir private static Path folder;
  private static Path tiny;

  @BeforeAll
  static void exportModel() {
    tiny = folder.resolve("tiny");
    assertThat(
            run("export-random", "--family", "llama", "--seed", "7", "--output", tiny.toString()))
        .extracting(Outcome::code, Outcome::err)
        .containsExactly(0, "");
  }

  @Test
  void shouldScoreARealModelAsItsOriginalDoes() throws IOException {
    JsonNode golden = golden();
    Path data = write("golden.jsonl", "{\"ids\": %s}".formatted(golden.path("greedy_ids")));

    JsonNode row = score(STORIES, data).getFirst();

    double[] expected = doubles(golden.path("token_logprobs"));
    assertThat(doubles(row.path("log_probs"))).containsExactly(expected, within(1e-3));
    assertThat(row.path("sums").path("log_probs").asDouble())
        .isCloseTo(golden.path("sequence_logprob").asDouble(), within(1e-2));
  }

  @Test
  void shouldContinueARealModelGreedilyAsItsOriginalDoes() throws IOException {
    JsonNode golden = golden();
    int[] expected = ints(golden.path("greedy_ids"));

    JsonNode completion =
        generate(STORIES, "--ids", "1", "--greedy", "--max-new-tokens", "" + (expected.length - 1));

    assertThat(ints(completion.path("ids")))
        .containsExactly(Arrays.copyOfRange(expected, 1, expected.length));
    assertThat(completion.path("finish_reason").asText()).isEqualTo("length");
    assertThat(doubles(completion.path("log_probs")))
        .containsExactly(doubles(golden.path("token_logprobs")), within(1e-3));
    assertThat(golden.path("greedy_text").asText())
        .startsWith(completion.path("text").asText().strip());
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "llama", "mistral", "qwen2", "qwen3"})
  void shouldScoreWhatItGeneratesAsItSaidForEveryFamily(String family) throws IOException {
    Path model = folder.resolve("family-" + family);
    run("export-random", "--family", family, "--seed", "3", "--output", model.toString());

    JsonNode drawn = generate(model, "--ids", "1,5,9", "--seed", "4", "--max-new-tokens", "12");
    int[] completion = ints(drawn.path("ids"));
    Path data =
        write(
            "drawn.jsonl",
            "{\"ids\": [1, 5, 9, %s], \"completion_start\": 3}"
                .formatted(
                    String.join(
                        ", ", Arrays.stream(completion).mapToObj(Integer::toString).toList())));
    double[] logProbs = doubles(score(model, data).getFirst().path("log_probs"));

    assertThat(Arrays.copyOfRange(logProbs, 2, logProbs.length))
        .containsExactly(doubles(drawn.path("log_probs")), within(1e-4));
  }

  @Test
  void shouldScoreRowsOfDifferentLengthAloneAsTogether() throws IOException {
    Path data =
        write(
            "mixed.jsonl",
            """
            {"ids": [1, 17, 23, 42, 5], "completion_start": 3}

            {"prompt": "the quick ", "completion": "brown fox"}
            {"text": "the lazy dog sleeps"}
            """);

    List<JsonNode> together = score(tiny, data);
    List<JsonNode> alone = score(tiny, data, "--batch-size", "1");

    assertThat(together).hasSize(3);
    for (int i = 0; i < 3; i++) {
      JsonNode row = together.get(i);
      double[] logProbs = doubles(row.path("log_probs"));
      assertThat(logProbs).hasSize(row.path("ids").size() - 1);
      assertThat(logProbs).containsExactly(doubles(alone.get(i).path("log_probs")), within(1e-5));
      int start = row.path("completion_start").asInt();
      assertThat(row.path("sums").path("log_probs").asDouble())
          .isCloseTo(Arrays.stream(logProbs).skip(start - 1).sum(), within(1e-9));
    }
    assertThat(together.getFirst().has("tokens")).isFalse();
    assertThat(together.get(2).path("completion_start").asInt()).isEqualTo(1);
    assertThat(together.get(1).path("tokens")).hasSameSizeAs(together.get(1).path("ids"));
    // a completion ends with the end-of-sequence token
    assertThat(ints(together.get(1).path("ids"))).endsWith(2);
  }

  @Test
  void shouldTellTheStatisticsAskedForAgainstTheModelWithoutItsAdapter() throws IOException {
    Path data = write("ids.jsonl", "{\"ids\": [1, 17, 23, 42]}");
    Path adapter = adapter(tiny, LoraConfig.of(2, 4));

    JsonNode row =
        score(
                tiny,
                data,
                "--adapter",
                adapter.toString(),
                "--statistics",
                "log_prob,reference_log_prob,reverse_kl,entropy")
            .getFirst();

    double[] base = doubles(score(tiny, data).getFirst().path("log_probs"));
    assertThat(doubles(row.path("reference_log_probs"))).containsExactly(base, within(1e-5));
    assertThat(doubles(row.path("log_probs"))[0]).isNotCloseTo(base[0], within(1e-3));
    assertThat(Arrays.stream(doubles(row.path("reverse_kl"))).boxed())
        .hasSize(3)
        .allSatisfy(nats -> assertThat(nats).isPositive());
    assertThat(Arrays.stream(doubles(row.path("entropy"))).boxed())
        .allSatisfy(nats -> assertThat(nats).isBetween(0.1, Math.log(300)));
    assertThat(row.path("sums").properties()).hasSize(4);
  }

  @ParameterizedTest
  @EnumSource(LoraVariant.class)
  void shouldScoreAMergedModelAsTheModelWithItsAdapter(LoraVariant variant) throws IOException {
    Path data = write("merged.jsonl", "{\"ids\": [1, 17, 23, 42, 99, 5]}");
    Path adapter = adapter(tiny, LoraConfig.of(2, 4).as(variant));
    Path output = folder.resolve("merged-" + variant);

    JsonNode told =
        run(
                "merge",
                "--model",
                tiny.toString(),
                "--adapter",
                adapter.toString(),
                "--output",
                output.toString(),
                "--json")
            .lines()
            .getFirst();

    double[] merged = doubles(score(output, data).getFirst().path("log_probs"));
    double[] adapted =
        doubles(score(tiny, data, "--adapter", adapter.toString()).getFirst().path("log_probs"));
    double[] base = doubles(score(tiny, data).getFirst().path("log_probs"));
    assertThat(told.path("modules").asInt()).isEqualTo(14);
    assertThat(merged).containsExactly(adapted, within(1e-5));
    assertThat(adapted[0]).isNotCloseTo(base[0], within(1e-3));
  }

  @Test
  void shouldPrintATableWithoutJson() throws IOException {
    Path data = write("table.jsonl", "{\"ids\": [1, 17, 23], \"completion_start\": 2}");

    String out = run("score", "--model", tiny.toString(), "--data", data.toString()).out();

    assertThat(out.lines()).hasSize(6);
    assertThat(out).startsWith("row 0: 3 tokens, completion from 2").contains("sum over 1 tokens");
  }

  @Test
  void shouldDrawEqualCompletionsForEqualSeeds() {
    String[] drawing = {"--prompt", "the dog", "--seed", "5", "--num-completions", "3", "--json"};

    Outcome first = generate(drawing);
    Outcome again = generate(drawing);
    drawing[3] = "6";
    Outcome other = generate(drawing);

    assertThat(first.lines()).hasSize(3);
    assertThat(again.out()).isEqualTo(first.out());
    assertThat(other.out()).isNotEqualTo(first.out());
    assertThat(first.out().lines().distinct()).hasSize(3);
  }

  @Test
  void shouldTakeWhatIsNotGivenFromTheGenerationConfig() throws IOException {
    Path model = folder.resolve("greedy");
    run("export-random", "--family", "llama", "--seed", "7", "--output", model.toString());
    Files.writeString(
        model.resolve("generation_config.json"),
        "{\"eos_token_id\": 2, \"do_sample\": false, \"max_new_tokens\": 5}");

    JsonNode unsaid = generate(model, "--ids", "1,4", "--seed", "9");
    JsonNode greedy = generate(model, "--ids", "1,4", "--greedy");
    JsonNode longer = generate(model, "--ids", "1,4", "--greedy", "--max-new-tokens", "8");

    assertThat(unsaid).isEqualTo(greedy);
    assertThat(greedy.path("ids")).hasSize(5);
    assertThat(longer.path("ids")).hasSize(8);
  }

  @Test
  void shouldRenderEncodeScoreAndContinueAConversation() throws IOException {
    Path model = chatModel();
    Path chat =
        write(
            "chat.json",
            """
            [{"role": "user", "content": "jumps?"}, {"role": "assistant", "content": "over"}]
            """);
    String question = "<user>jumps?\n<assistant>";

    Outcome rendered =
        run(
            "render",
            "--model",
            model.toString(),
            "--messages",
            chat.toString(),
            "--no-generation-prompt");
    Outcome alone =
        run(
            "render",
            "--template",
            model.resolve("chat_template.jinja").toString(),
            "--messages",
            write("ask.json", "{\"messages\": [{\"role\": \"user\", \"content\": \"jumps?\"}]}")
                .toString(),
            "--json");
    JsonNode scored =
        score(
                model,
                write("chat.jsonl", "{\"messages\": %s}".formatted(Files.readString(chat).strip())))
            .getFirst();
    JsonNode drawn =
        generate(
            model, "--messages", folder.resolve("ask.json").toString(), "--max-new-tokens", "3");

    assertThat(rendered.out()).isEqualTo(question + "over\n");
    assertThat(alone.lines().getFirst().path("text").asText()).isEqualTo(question);
    // The assistant's message is the completion of what generation begins with.
    int[] promptIds = ints(drawn.path("prompt_ids"));
    assertThat(ints(scored.path("ids"))).startsWith(promptIds).hasSizeGreaterThan(promptIds.length);
    assertThat(scored.path("completion_start").asInt()).isEqualTo(promptIds.length);
  }

  private static Path chatModel() throws IOException {
    Path model = folder.resolve("chat");
    run("export-random", "--family", "qwen2", "--seed", "7", "--output", model.toString());
    Files.writeString(
        model.resolve("chat_template.jinja"),
        "{% for m in messages %}<{{ m.role }}>{{ m.content }}\n{% endfor %}"
            + "{% if add_generation_prompt %}<assistant>{% endif %}");
    return model;
  }

  @Test
  void shouldTellWhatAModelHoldsWithoutLoadingIt() {
    JsonNode told = run("inspect", tiny.toString(), "--lora-r", "4", "--json").lines().getFirst();

    assertThat(told.path("family").asText()).isEqualTo("llama");
    assertThat(told.path("architecture").asText()).isEqualTo("LlamaForCausalLM");
    assertThat(told.path("sizes").path("hidden_size").asInt()).isEqualTo(16);
    assertThat(told.path("weights").path("model.layers.*.mlp.down_proj.weight").asText())
        .isEqualTo("[16, 24] x 2");
    assertThat(told.path("files").path("model.safetensors").path("dtype").asText())
        .isEqualTo("F32");
    try (CausalLanguageModel model = CausalLanguageModel.load(tiny, EngineOptions.defaults());
        LoraAdapter adapter = LoraAdapter.initialize(model, LoraConfig.of(4, 8), 1)) {
      JsonNode parameters = told.path("parameters");
      assertThat(parameters.path("total").asLong()).isEqualTo(model.weights().count());
      assertThat(parameters.path("trained").asLong()).isEqualTo(adapter.parameters().count());
    }
    assertThat(told.path("training_memory_bytes").path("total").asLong()).isPositive();
    assertThat(run("inspect", tiny.toString()).out()).contains("LlamaForCausalLM", "down_proj");
  }

  @Test
  void shouldTellWhatAnAdapterHolds() throws IOException {
    JsonNode told =
        run("inspect", adapter(tiny, LoraConfig.of(3, 6)).toString(), "--json").lines().getFirst();

    assertThat(told.path("adapter").path("r").asInt()).isEqualTo(3);
    assertThat(told.path("adapter").path("lora_alpha").asInt()).isEqualTo(6);
    assertThat(told.path("adapter").path("base_model_name_or_path").asText()).isEqualTo("tiny");
    assertThat(told.path("parameters").path("adapter").asLong()).isPositive();
  }

  @Test
  void shouldWriteTheSameBytesForTheSameSeed() throws IOException {
    Path again = folder.resolve("again");
    run("export-random", "--family", "llama", "--seed", "7", "--output", again.toString());

    for (String file : List.of("config.json", "model.safetensors", "tokenizer.json")) {
      assertThat(again.resolve(file)).hasSameBinaryContentAs(tiny.resolve(file));
    }
  }

  /** An adapter that has learned a little, so that it changes the policy. */
  private static Path adapter(Path base, LoraConfig config) throws IOException {
    Path directory = Files.createTempDirectory(folder, "adapter");
    List<TokenRow> rows = List.of(new TokenRow(new int[] {1, 17, 23, 42, 99, 5}, 1));
    try (CausalLanguageModel model = CausalLanguageModel.load(base, EngineOptions.defaults());
        LoraAdapter adapter = LoraAdapter.initialize(model, config, 1);
        AdamW optimizer = AdamW.create(AdamWConfig.of(0.02), adapter.parameters())) {
      for (int step = 0; step < 3; step++) {
        try (ForwardPass pass = model.forward(rows, adapter);
            Gradients gradients =
                pass.pullBack(NextTokenLoss.of(pass.statistics()).logProbDerivatives())) {
          optimizer.step(gradients);
        }
      }
      for (Map.Entry<String, byte[]> file :
          PeftDirectory.write(adapter, "tiny", "# learned").entrySet()) {
        Files.write(directory.resolve(file.getKey()), file.getValue());
      }
    }
    return directory;
  }

  private static List<JsonNode> score(Path model, Path data, String... more) {
    return run(arguments(
            List.of("score", "--model", model.toString(), "--data", data.toString(), "--json"),
            more))
        .lines();
  }

  private static JsonNode generate(Path model, String... more) {
    return run(arguments(List.of("generate", "--model", model.toString(), "--json"), more))
        .lines()
        .getFirst();
  }

  private static Outcome generate(String... more) {
    return run(arguments(List.of("generate", "--model", tiny.toString()), more));
  }

  private static String[] arguments(List<String> first, String... more) {
    return Stream.concat(first.stream(), Arrays.stream(more)).toArray(String[]::new);
  }

  private static Path write(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  private static JsonNode golden() throws IOException {
    assumeTrue(Files.isDirectory(STORIES), "skipped: " + STORIES + " is absent (-Dplumbline.data)");
    return json(Files.readString(STORIES.resolve("golden.json")));
  }
}
