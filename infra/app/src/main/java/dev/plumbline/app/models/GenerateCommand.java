/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.models;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.lm.SampledCompletion;
import dev.plumbline.lm.SamplingOptions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Completions of one prompt. */
@Command(
    name = "generate",
    mixinStandardHelpOptions = true,
    description = {
      "Continues a prompt and prints the completion. Equal options give equal tokens.",
      "",
      "What is not given, the model's generation_config.json says, or else: temperature 1, no filter,"
          + " 128 tokens at most.",
      "",
      "With --json each completion is one line: prompt_ids, ids, text, log_probs (of the model itself,"
          + " before temperature and filters, in nats) and finish_reason (stop or length)."
    },
    footer = {
      "",
      "Examples:",
      "  plumbline generate --model DIR --prompt 'Once upon a time' --greedy",
      "  plumbline generate --model DIR --messages chat.json --max-new-tokens 64",
      "  plumbline generate --model DIR --adapter DIR --prompt 'Dear guest,' --seed 7"
          + " --num-completions 4 --json"
    })
public final class GenerateCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Spec private CommandSpec spec;
  @Mixin private ModelOptions options = new ModelOptions();

  @ArgGroup(exclusive = true, multiplicity = "1")
  private PromptOptions prompt = new PromptOptions();

  @Mixin private SamplingFlags sampling = new SamplingFlags();

  @Option(
      names = "--num-completions",
      paramLabel = "N",
      description = "Completions of the prompt (default: ${DEFAULT-VALUE}).")
  private int completions = 1;

  @Option(names = "--json", description = "One line of JSON per completion.")
  private boolean json;

  @Override
  public Integer call() {
    if (completions < 1) {
      throw new ParameterException(
          spec.commandLine(), "--num-completions must be at least 1, but was " + completions);
    }
    SamplingOptions how = sampling.over(options.generationConfig());
    PrintWriter out = spec.commandLine().getOut();
    try (OpenModel opened = options.open()) {
      int[] ids = prompt.ids(opened);
      opened.requireRoom(prompt.source(), ids);
      List<Long> noiseKeys = LongStream.range(0, completions).boxed().toList();
      List<SampledCompletion> drawn =
          opened
              .model()
              .sample(Collections.nCopies(completions, ids), opened.adapter(), how, noiseKeys);
      for (SampledCompletion completion : drawn) {
        String text = opened.model().tokenizer().decode(completion.ids());
        out.println(json ? line(ids, completion, text) : text);
      }
      out.flush();
    }
    return 0;
  }

  private static ObjectNode line(int[] promptIds, SampledCompletion completion, String text) {
    ObjectNode line = JSON.createObjectNode();
    ArrayNode prompt = line.putArray("prompt_ids");
    IntStream.of(promptIds).forEach(prompt::add);
    ArrayNode ids = line.putArray("ids");
    IntStream.of(completion.ids()).forEach(ids::add);
    line.put("text", text);
    ArrayNode logProbs = line.putArray("log_probs");
    DoubleStream.of(completion.logProbs()).forEach(logProbs::add);
    line.put("finish_reason", completion.finishReason().name().toLowerCase(Locale.ROOT));
    return line;
  }

  /** What is continued. */
  static final class PromptOptions {
    @Option(
        names = "--prompt",
        required = true,
        paramLabel = "TEXT",
        description = "The text to continue, framed as the model's tokenizer does.")
    private @Nullable String text;

    @Option(
        names = "--ids",
        required = true,
        split = ",",
        paramLabel = "ID",
        description = "Token ids to continue, as they are.")
    private @Nullable List<Integer> ids;

    @Option(
        names = "--messages",
        required = true,
        paramLabel = "FILE",
        description = {
          "A conversation to continue as the assistant, by the model's chat template: a JSON list of"
              + " messages, or an object with messages and tools."
        })
    private @Nullable Path messages;

    int[] ids(OpenModel opened) {
      if (messages != null) {
        return opened.chat().ids(ChatFile.read(messages).withGenerationPrompt(true));
      }
      if (ids != null) {
        return ids.stream().mapToInt(Integer::intValue).toArray();
      }
      return opened.encode(text == null ? "" : text);
    }

    String source() {
      return messages != null ? messages.toString() : ids != null ? "--ids" : "--prompt";
    }
  }
}
