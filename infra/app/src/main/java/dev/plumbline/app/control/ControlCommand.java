/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.control;

import dev.plumbline.alignment.WilsonInterval;
import dev.plumbline.app.experiments.ReportPage;
import dev.plumbline.lm.EngineOptions;
import dev.plumbline.reward.attribute.ControllerKind;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code experiment control}: controllers and RLDAF on real language. */
@Command(
    name = "control",
    mixinStandardHelpOptions = true,
    description = {
      "Makes a language model speak positively and negatively, by a controller alone and by RLDAF, and",
      "lets judges that neither has seen say what came of it: a classifier and a language model that",
      "have learned from other data. Rows that are finished are not repeated."
    },
    footer = {
      "",
      "accuracy: share of the texts that the independent classifier gives the target.",
      "perplexity: of completions per token, by the independent language model.",
      "distinct-n: different n-grams of words over all.",
      "C(end): the controller's own opinion of whole texts.",
      "",
      "Example, with the data of this project's experiments in D:",
      "  plumbline experiment control --model D/stories260k --output control \\",
      "      --controller-data D/goemotions/train.jsonl.gz \\",
      "      --classifier-data D/movie-sentences/sentences.jsonl.gz \\",
      "      --fluency-data D/storybooks/train.txt.gz --prefix-data D/storybooks/valid.txt.gz"
    })
public final class ControlCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--model", required = true, paramLabel = "DIR", description = "The policy.")
  private Path model = Path.of("");

  @Option(
      names = "--controller-data",
      required = true,
      paramLabel = "FILE",
      description = "Sentences with a column sentiment: what controllers learn from.")
  private Path controllerData = Path.of("");

  @Option(
      names = "--classifier-data",
      required = true,
      paramLabel = "FILE",
      description = "Sentences with labels 1 and 0: what the independent classifier learns from.")
  private Path classifierData = Path.of("");

  @Option(
      names = "--fluency-data",
      required = true,
      paramLabel = "FILE",
      description = "Paragraphs, gzip: what the independent language model learns from.")
  private Path fluencyData = Path.of("");

  @Option(
      names = "--prefix-data",
      required = true,
      paramLabel = "FILE",
      description = "Paragraphs, gzip: their first 2 to 5 words are continued.")
  private Path prefixData = Path.of("");

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Where controllers, rows, the table and its page go.")
  private Path output = Path.of("");

  @Option(
      names = "--controller",
      paramLabel = "KIND",
      description = {
        "head, class_conditional or lexicon (default: lexicon); prompts that descend take a head,",
        "for nothing else has a gradient."
      })
  private ControllerKind controller = ControllerKind.LEXICON;

  @Option(
      names = "--only",
      paramLabel = "REGEX",
      description = "Run rows whose METHOD-TARGET-SEED it matches as a whole; others are read.")
  private String only = ".*";

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "Number of seeds (default: ${DEFAULT-VALUE}).")
  private int seeds = 1;

  @Option(
      names = "--generations",
      paramLabel = "N",
      description = "Texts per row (default: ${DEFAULT-VALUE}).")
  private int generations = 500;

  @Option(
      names = "--new-tokens",
      paramLabel = "N",
      description = "Longest completion in tokens (default: ${DEFAULT-VALUE}).")
  private int newTokens = 40;

  @Option(
      names = "--candidates",
      paramLabel = "N",
      description = "Tokens that the logit form asks of (default: ${DEFAULT-VALUE}).")
  private int candidates = 20;

  @Option(
      names = "--updates",
      paramLabel = "N",
      description = "Updates of RLDAF, of 64 texts each (default: ${DEFAULT-VALUE}).")
  private int updates = 60;

  @Option(
      names = "--gradient-updates",
      paramLabel = "N",
      description = {
        "Updates of RLDAF with prompts that descend, which cost several times as much (default:",
        "${DEFAULT-VALUE})."
      })
  private int gradientUpdates = 20;

  @Option(names = "--json", description = "One JSON line per row.")
  private boolean json;

  @Parameters(
      paramLabel = "KEY=VALUE",
      description = "Settings of plumbline reward train --kind controller.")
  private List<String> controllerSettings = new ArrayList<>();

  ControlCommand() {}

  @Override
  public Integer call() {
    requirePositive("--seeds", seeds);
    requirePositive("--generations", generations);
    requirePositive("--new-tokens", newTokens);
    requirePositive("--candidates", candidates);
    requirePositive("--updates", updates);
    requirePositive("--gradient-updates", gradientUpdates);
    Pattern wanted = wanted();
    PrintWriter out = spec.commandLine().getOut();
    ControlSetup setup =
        new ControlSetup(
            model,
            controllerData,
            classifierData,
            fluencyData,
            prefixData,
            controller,
            controllerSettings,
            candidates,
            generations,
            newTokens,
            updates,
            gradientUpdates,
            EngineOptions.defaults());
    try (ControlExperiment experiment =
        new ControlExperiment(setup, output, Clock.system(ZoneId.systemDefault()))) {
      List<ControlRow> rows = new ArrayList<>();
      for (ControlMethod method : ControlMethod.all()) {
        for (String target : ControlExperiment.TARGETS) {
          for (long seed = 1; seed <= seeds; seed++) {
            String name = "%s-%s-%d".formatted(method.label(), target, seed);
            if (wanted.matcher(name).matches()
                || ControlRow.file(output, method.label(), target, seed).toFile().exists()) {
              ControlRow row = experiment.row(method, target, seed);
              rows.add(row);
              if (json) {
                out.println(row.json());
                out.flush();
              }
            }
          }
        }
      }
      ControlTable table = new ControlTable(rows);
      List<String> lines = new ArrayList<>(table.lines());
      lines.add("");
      lines.addAll(judges(experiment));
      if (!json) {
        lines.forEach(out::println);
      }
      new ReportPage(
              "control", "Controllers and RLDAF on real language", ControlChart.svg(table), lines)
          .write(output);
    }
    out.flush();
    return ExitCode.OK;
  }

  private static List<String> judges(ControlExperiment experiment) {
    int right = experiment.classifierRight();
    int sentences = experiment.classifierSentences();
    WilsonInterval interval = WilsonInterval.of(right, sentences);
    return List.of(
        String.format(
            Locale.ROOT,
            "independent classifier on held-out sentences of its own: %.3f (%.3f to %.3f, %d sentences, 10 folds)",
            (double) right / sentences,
            interval.low(),
            interval.high(),
            sentences),
        String.format(
            Locale.ROOT,
            "perplexity of people's stories by the independent language model: %.1f",
            experiment.storiesPerplexity()));
  }

  private Pattern wanted() {
    try {
      return Pattern.compile(only);
    } catch (PatternSyntaxException e) {
      throw new ParameterException(
          spec.commandLine(), "--only must be a regular expression, but " + e.getMessage());
    }
  }

  private void requirePositive(String option, int value) {
    if (value < 1) {
      throw new ParameterException(
          spec.commandLine(), option + " must be at least 1, but was " + value);
    }
  }
}
