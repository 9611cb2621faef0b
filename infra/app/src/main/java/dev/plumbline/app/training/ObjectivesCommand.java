/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.plumbline.base.FailPoint;
import dev.plumbline.base.progress.ProgressStyle;
import dev.plumbline.base.settings.SettingsSource;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code experiment objectives}: one recipe, several objectives, seeds and ways to learn. */
@Command(
    name = "objectives",
    mixinStandardHelpOptions = true,
    description = {
      "Trains a model by several objectives, with LoRA and in full, several seeds each, and compares",
      "their accuracy on held-out pairs in one table. Each run is one of plumbline train, with its own",
      "report. Runs that are finished are not repeated. Exits with 1 where a number isn't finite."
    },
    footer = {
      "",
      "before: how often the untrained model finds the chosen completion more probable.",
      "now: how often the trained one does. reward: how often the objective's reward is the larger one.",
      "",
      "Example:",
      "  plumbline experiment objectives --model DIR --data train.jsonl.gz --eval_data test.jsonl.gz \\",
      "      --output runs --seeds 3 max_steps=32 per_device_train_batch_size=16"
    })
public final class ObjectivesCommand implements Callable<Integer> {
  private static final JsonMapper JSON = new JsonMapper();

  /** How weights are learned, with a learning rate that suits it. */
  enum Tuning {
    /** An adapter. */
    LORA("use_peft=true", "learning_rate=0.001"),
    /** All weights. */
    FULL("use_peft=false", "learning_rate=0.0002");

    private final String peft;
    private final String learningRate;

    Tuning(String peft, String learningRate) {
      this.peft = peft;
      this.learningRate = learningRate;
    }

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--model", paramLabel = "DIR", required = true, description = "The model.")
  private Path model = Path.of("");

  @Option(
      names = "--data",
      paramLabel = "FILE",
      required = true,
      description = "Preference file to learn from.")
  private Path data = Path.of("");

  @Option(
      names = "--eval_data",
      paramLabel = "FILE",
      description = "Preference file of held-out pairs; a tenth of the data when not given.")
  private Path evalData = Path.of("");

  @Option(
      names = "--output",
      paramLabel = "DIR",
      required = true,
      description = "Where runs, table.md and index.html go.")
  private Path output = Path.of("");

  @Option(
      names = "--objectives",
      paramLabel = "NAME",
      split = ",",
      description = "Loss types (default: ${DEFAULT-VALUE}).")
  private List<String> objectives =
      List.of("sigmoid", "tdpo2", "ipo", "hinge", "apo_zero", "kto", "simpo", "orpo");

  @Option(
      names = "--tuning",
      split = ",",
      description = "lora, full or both (default: ${DEFAULT-VALUE}).")
  private List<Tuning> tunings = List.of(Tuning.LORA, Tuning.FULL);

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "Number of seeds (default: ${DEFAULT-VALUE}).")
  private int seeds = 3;

  @Parameters(paramLabel = "KEY=VALUE", description = "Settings of plumbline train for all runs.")
  private List<String> settings = new ArrayList<>();

  ObjectivesCommand() {}

  @Override
  public Integer call() {
    if (seeds < 1) {
      throw new ParameterException(
          spec.commandLine(), "--seeds must be at least 1, but was " + seeds);
    }
    var table = new ObjectivesTable();
    for (Tuning tuning : tunings) {
      for (String objective : objectives) {
        for (int seed = 1; seed <= seeds; seed++) {
          Path folder = output.resolve("%s-%s-%d".formatted(tuning.label(), objective, seed));
          table.add(
              tuning.label(), objective, seed, folder, results(tuning, objective, seed, folder));
          table.write(output);
        }
      }
    }
    PrintWriter out = spec.commandLine().getOut();
    table.lines().forEach(out::println);
    out.flush();
    table
        .failures()
        .forEach(failure -> spec.commandLine().getErr().println("plumbline: " + failure));
    return table.failures().isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private JsonNode results(Tuning tuning, String objective, int seed, Path folder) {
    Path results = folder.resolve(RunFolder.RESULTS_FILE);
    if (!Files.exists(results)) {
      SettingsSource source = TrainArguments.source(arguments(tuning, objective, seed, folder));
      var session =
          new TrainingSession(
              source, Clock.system(ZoneId.systemDefault()), FailPoint.NONE, ProgressStyle.detect());
      session.run(() -> false);
    }
    try {
      return JSON.readTree(results.toFile()).path("metrics");
    } catch (IOException e) {
      throw new UncheckedIOException(results + " can't be read: " + e.getMessage(), e);
    }
  }

  /** The user's settings win over what suits all runs, and lose to what tells runs apart. */
  private List<String> arguments(Tuning tuning, String objective, int seed, Path folder) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "lora_r=8",
                "lora_alpha=16",
                "eval_kl=false",
                "eval_on_start=false",
                tuning.peft,
                tuning.learningRate));
    arguments.add(evalData.toString().isEmpty() ? "eval_fraction=0.1" : "eval_data=" + evalData);
    arguments.addAll(settings);
    arguments.addAll(
        List.of(
            "model_name_or_path=" + model,
            "data=" + data,
            "loss_type=" + objective,
            "seed=" + seed,
            "output_dir=" + folder,
            "overwrite_output_dir=true"));
    return arguments;
  }
}
