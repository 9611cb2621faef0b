/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.models;

import dev.plumbline.lm.ForwardRequest;
import dev.plumbline.lm.Statistic;
import dev.plumbline.lm.TokenRow;
import dev.plumbline.lm.TokenStatistics;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What a model says about given tokens. */
@Command(
    name = "score",
    mixinStandardHelpOptions = true,
    description = {
      "Prints what a model says about each token of given texts: its log-probability and other"
          + " statistics, in nats.",
      "",
      "FILE is JSON Lines. A row holds ids (and completion_start, the index of the first completion"
          + " token; 1 when not given), or prompt and completion, or text, or messages (and tools)."
          + " Texts are encoded as transformers and TRL do: an end-of-sequence token behind a"
          + " completion, conversations by the model's chat template with the assistant's last message"
          + " as completion.",
      "",
      "With --json each row is one line: ids, completion_start, log_probs (one per id from the second"
          + " on) and the other statistics, and sums over the completion."
    },
    footer = {
      "",
      "Examples:",
      "  plumbline score --model DIR --data rows.jsonl",
      "  plumbline score --model DIR --adapter DIR --data rows.jsonl --statistics"
          + " log_prob,reverse_kl --json"
    })
public final class ScoreCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelOptions options = new ModelOptions();

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE",
      description = "The rows to score.")
  private Path data = Path.of("");

  @Option(
      names = "--statistics",
      paramLabel = "NAME",
      split = ",",
      description = {
        "What to tell (default: log_prob): log_prob, reference_log_prob, entropy, forward_kl,"
            + " reverse_kl, log_sum_squared_prob, mean_logit, top_one. The reference is the model"
            + " without its adapter."
      })
  private List<String> statistics = new ArrayList<>(List.of("log_prob"));

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description = "Rows computed together (default: ${DEFAULT-VALUE}).")
  private int batchSize = 8;

  @Option(names = "--json", description = "One line of JSON per row.")
  private boolean json;

  @Override
  public Integer call() {
    if (batchSize < 1) {
      throw new ParameterException(
          spec.commandLine(), "--batch-size must be at least 1, but was " + batchSize);
    }
    ForwardRequest request = request();
    List<ScoreInput> inputs = ScoreInput.read(data);
    PrintWriter out = spec.commandLine().getOut();
    try (OpenModel opened = options.open()) {
      List<TokenRow> rows = new ArrayList<>();
      for (ScoreInput input : inputs) {
        TokenRow row = input.encode(opened);
        opened.requireFits(input.source(), row.ids());
        rows.add(row);
      }
      var report = new ScoreReport(opened.model().tokenizer(), request.statistics(), json, out);
      for (int from = 0; from < rows.size(); from += batchSize) {
        int to = Math.min(from + batchSize, rows.size());
        TokenStatistics scored =
            opened.model().score(rows.subList(from, to), opened.adapter(), request);
        for (int i = 0; i < to - from; i++) {
          report.print(from + i, scored, i, inputs.get(from + i).isText());
        }
        out.flush();
      }
    }
    return 0;
  }

  private ForwardRequest request() {
    List<Statistic> wanted = statistics.stream().distinct().map(this::statistic).toList();
    Statistic[] others = wanted.subList(1, wanted.size()).toArray(Statistic[]::new);
    return ForwardRequest.of(wanted.getFirst(), others);
  }

  private Statistic statistic(String name) {
    Optional<Statistic> found =
        Arrays.stream(Statistic.values())
            .filter(statistic -> ScoreReport.name(statistic).equals(name.toLowerCase(Locale.ROOT)))
            .findFirst();
    return found.orElseThrow(
        () ->
            new ParameterException(
                spec.commandLine(),
                "--statistics must be among %s, but had '%s'"
                    .formatted(
                        Arrays.stream(Statistic.values())
                            .map(ScoreReport::name)
                            .collect(Collectors.joining(", ")),
                        name)));
  }
}
